{-# OPTIONS --rewriting #-}

module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Bool

{-# BUILTIN REWRITE _≡_ #-}

postulate same : true ≡ false

{-# REWRITE same #-}

claim : true ≡ false
claim = refl
