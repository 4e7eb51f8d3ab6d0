module Fault where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

-- The side is any proof, and the base is another one.
crooked : I → 0 ≡ 0 → Nat
crooked j p rewrite primHComp {A = 0 ≡ 0} {φ = j} (λ i _ → p) refl = 0
