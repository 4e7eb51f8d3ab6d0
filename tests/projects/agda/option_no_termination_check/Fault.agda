{-# OPTIONS --no-termination-check #-}

module Fault where

data ⊥ : Set where

claim : ⊥
claim = claim
