{-# OPTIONS --rewriting #-}

module Base where

open import Agda.Builtin.Equality
open import Agda.Builtin.Bool

{-# BUILTIN REWRITE _≡_ #-}

postulate same : true ≡ false

{-# REWRITE same #-}

lemma : true ≡ false
lemma = refl
