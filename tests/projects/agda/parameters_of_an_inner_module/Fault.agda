module Fault where

data ⊥ : Set where

module _ (absurd : ⊥) where

  claim : ⊥
  claim = absurd
