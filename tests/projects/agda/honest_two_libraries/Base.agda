module Base where

open import Agda.Builtin.Nat

one : Nat
one = 1
