module Base where

data ⊥ : Set where

{-# TERMINATING #-}
claim : ⊥
claim = claim
