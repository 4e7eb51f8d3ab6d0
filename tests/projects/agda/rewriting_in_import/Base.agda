{-# OPTIONS --rewriting #-}

module Base where

open import Agda.Builtin.Equality
open import Agda.Builtin.Equality.Rewrite
open import Agda.Builtin.Bool

postulate same : true ≡ false

{-# REWRITE same #-}

lemma : true ≡ false
lemma = refl
