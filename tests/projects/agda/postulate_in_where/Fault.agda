module Fault where

data ⊥ : Set where

claim : ⊥
claim = gap
  where postulate gap : ⊥
