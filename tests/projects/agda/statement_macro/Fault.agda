module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.List
open import Agda.Builtin.Nat
open import Agda.Builtin.Reflection
open import Agda.Builtin.Unit

macro
  Same : Nat → Nat → Term → TC ⊤
  Same _ _ hole = unify hole (def (quote ⊤) [])

claim : ⊤
claim = tt
