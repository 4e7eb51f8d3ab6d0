{-# OPTIONS --sized-types #-}

module Fault where

open import Agda.Builtin.Size

data ⊥ : Set where

data D (i : Size) : Set where
  d : (j : Size< i) → D j → D i

down : ∀ i → D i → ⊥
down i (d j x) = down j x

up : ∀ i → D i
up i = d ∞ (up ∞)

claim : ⊥
claim = down ∞ (up ∞)
