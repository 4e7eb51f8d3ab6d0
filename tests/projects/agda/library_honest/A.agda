module A where

open import Agda.Builtin.Nat public

two : Nat
two = 2
