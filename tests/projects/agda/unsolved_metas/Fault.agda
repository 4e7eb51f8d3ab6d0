{-# OPTIONS --allow-unsolved-metas #-}

module Fault where

data ⊥ : Set where

claim : ⊥
claim = _
