module Fault where

open import Agda.Builtin.Nat

data _≡_ {A : Set} (x y : A) : Set where
  refl : x ≡ y

claim : 0 ≡ 1
claim = refl
