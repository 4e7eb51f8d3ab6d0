module Honest where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

+-zero : ∀ n → n + 0 ≡ n
+-zero zero    = refl
+-zero (suc n) rewrite +-zero n = refl
