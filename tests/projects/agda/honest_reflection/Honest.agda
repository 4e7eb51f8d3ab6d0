module Honest where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat
open import Agda.Builtin.List
open import Agda.Builtin.Reflection
open import Agda.Builtin.Unit

macro
  trivial : Term → TC ⊤
  trivial hole = unify hole (con (quote refl) [])

claim : 2 + 2 ≡ 4
claim = trivial
