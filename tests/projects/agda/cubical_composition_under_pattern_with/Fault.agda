module Fault where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Cubical.Path
open import Agda.Builtin.Nat

record One : Set where
  constructor one
  field number : Nat

crooked : I → Nat
crooked j with (one n) ← primHComp {A = One} {φ = j} (λ i _ → one 0) (one 1) = n

path : 1 ≡ 0
path j = crooked j

data ⊥ : Set where

Code : Nat → Set
Code zero    = ⊥
Code (suc _) = Nat

claim : ⊥
claim = primTransp (λ i → Code (path i)) i0 0
