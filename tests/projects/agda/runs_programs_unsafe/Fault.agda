{-# OPTIONS --allow-exec #-}

module Fault where

open import Agda.Builtin.Reflection
open import Agda.Builtin.List
open import Agda.Builtin.Nat
open import Agda.Builtin.Sigma
open import Agda.Builtin.String
open import Agda.Builtin.Unit

postulate
  execTC : (exe : String) (args : List String) (stdIn : String) →
           TC (Σ Nat (λ _ → Σ String (λ _ → String)))

{-# BUILTIN AGDATCMEXEC execTC #-}

macro
  run : Term → TC ⊤
  run hole = bindTC (execTC "touch" ("/sandbox/work/mark" ∷ []) "") λ _ →
             unify hole (con (quote tt) [])

claim : ⊤
claim = run
