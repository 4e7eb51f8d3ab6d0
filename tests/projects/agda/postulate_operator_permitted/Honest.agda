module Honest where

open import Agda.Builtin.Nat using (Nat)

postulate _*_ : Nat → Nat → Nat

claim : Nat
claim = 2 * 3
