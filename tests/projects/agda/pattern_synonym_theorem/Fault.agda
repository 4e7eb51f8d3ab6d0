module Fault where

open import Agda.Builtin.Nat

pattern claim = zero
