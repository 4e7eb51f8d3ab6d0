{-# OPTIONS --rewriting #-}

module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Equality.Rewrite
open import Agda.Builtin.Bool

postulate same : true ≡ false

{-# REWRITE same #-}

claim : true ≡ false
claim = refl
