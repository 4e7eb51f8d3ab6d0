{-# OPTIONS --rewriting #-}

module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Bool
import Base

claim : true ≡ false
claim = refl
