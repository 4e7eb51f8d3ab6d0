{-# OPTIONS --allow-incomplete-matches #-}

module Fault where

open import Agda.Builtin.Bool

data ⊥ : Set where

claim : Bool → ⊥
claim ()
