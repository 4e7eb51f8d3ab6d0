module Fault where

data ⊥ : Set where

{-# NON_TERMINATING #-}
claim : ⊥
claim = claim
