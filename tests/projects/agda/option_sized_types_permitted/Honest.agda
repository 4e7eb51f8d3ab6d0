{-# OPTIONS --sized-types #-}

module Honest where

open import Agda.Builtin.Size

data D (i : Size) : Set where
  d : (j : Size< i) → D j → D i
