{-# OPTIONS --lossy-unification #-}

module Honest where

open import Agda.Builtin.Equality

claim : {A : Set} {x : A} → x ≡ x
claim = refl
