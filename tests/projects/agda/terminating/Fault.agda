module Fault where

data ⊥ : Set where

{-# TERMINATING #-}
claim : ⊥
claim = claim
