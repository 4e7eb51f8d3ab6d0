module Fault where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

record claim : Set where
  field holds : 0 ≡ 1
