module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

postulate later : ∀ n → n * 0 ≡ 0
