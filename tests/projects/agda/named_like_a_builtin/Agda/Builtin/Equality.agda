module Agda.Builtin.Equality where

data _≡_ {A : Set} (x : A) : A → Set where
  refl : {y : A} → x ≡ y
