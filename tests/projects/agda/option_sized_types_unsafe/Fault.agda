{-# OPTIONS --sized-types #-}

module Fault where

open import Agda.Builtin.Size

data D (i : Size) : Set where
  d : (j : Size< i) → D j → D i
