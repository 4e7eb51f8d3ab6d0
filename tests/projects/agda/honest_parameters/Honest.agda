open import Agda.Builtin.Equality

module Honest (A : Set) (x : A) where

claim : x ≡ x
claim = refl
