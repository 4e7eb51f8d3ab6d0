-- No cubical flag anywhere, and yet its primitives compute.
module Fault where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

move : Nat → Nat
move n = primTransp (λ _ → Nat) i0 (suc n)

claim : move ≡ suc
claim = refl
