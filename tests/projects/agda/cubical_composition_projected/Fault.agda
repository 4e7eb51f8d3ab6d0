module Fault where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Cubical.Path
open import Agda.Builtin.Nat

record One : Set where
  field number : Nat

record Other : Set where
  field number : Nat

open One
open Other

crooked : I → Nat
crooked j = primHComp {A = One} {φ = j} (λ i _ → record { number = 0 }) (record { number = 1 }) .number

path : 1 ≡ 0
path j = crooked j

data ⊥ : Set where

Code : Nat → Set
Code zero    = ⊥
Code (suc _) = Nat

claim : ⊥
claim = primTransp (λ i → Code (path i)) i0 0
