{-# OPTIONS --erasure --erased-matches #-}

module Fault where

open import Agda.Builtin.Equality

claim : {@0 A : Set} {x : A} → x ≡ x
claim = refl
