module Fault where

open import Agda.Builtin.Nat using (Nat)

data ⊥ : Set where

postulate
  _*_  : Nat → Nat → Nat
  _=>_ : Nat → Nat → ⊥

claim : ⊥
claim = 0 => 0
