-- Numbers in the file mean what the instance says; in the claim they do not.
module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.FromNat
open import Agda.Builtin.Nat
open import Agda.Builtin.Unit

instance
  bent : Number Nat
  bent = record { Constraint = λ _ → ⊤ ; fromNat = λ _ → zero }

same : Nat → Nat
same n = n

claim : same 0 ≡ 1
claim = refl
