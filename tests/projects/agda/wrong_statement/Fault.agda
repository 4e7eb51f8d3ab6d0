module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

claim : ∀ n → 0 + n ≡ n
claim n = refl
