module Fault where

open import Agda.Builtin.Nat

primitive primNatToChar : Nat → Nat
