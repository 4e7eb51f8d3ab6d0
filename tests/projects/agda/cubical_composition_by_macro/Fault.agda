module Fault where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Cubical.Path
open import Agda.Builtin.Nat
open import Agda.Builtin.List
open import Agda.Builtin.Reflection
open import Agda.Builtin.Unit

macro
  inferred : Term → Term → TC ⊤
  inferred t hole = unify t hole

crooked : I → Nat
crooked j = inferred (primHComp {A = Nat} {φ = j} (λ i _ → 0) 1)

path : 1 ≡ 0
path j = crooked j

data ⊥ : Set where

Code : Nat → Set
Code zero    = ⊥
Code (suc _) = Nat

claim : ⊥
claim = primTransp (λ i → Code (path i)) i0 0
