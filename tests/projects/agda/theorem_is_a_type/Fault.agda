module Fault where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

Predicate : Set₁
Predicate = Nat → Set

claim : Predicate
claim n = 0 ≡ n
