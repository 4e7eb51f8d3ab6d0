module Fault where

open import Agda.Builtin.Bool

data ⊥ : Set where

{-# NON_COVERING #-}
claim : Bool → Bool
claim true = true
