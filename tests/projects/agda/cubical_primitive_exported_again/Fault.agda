module Fault where

open import Base
open import Agda.Builtin.Nat

claim : Nat
claim = primTransp (λ _ → Nat) i0 0
