{-# OPTIONS --with-K #-}

module Fault where

open import Agda.Builtin.Equality

K : {A : Set} {x : A} (p : x ≡ x) → p ≡ refl
K refl = refl
