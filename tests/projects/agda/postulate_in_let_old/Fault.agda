module Fault where

data ⊥ : Set where

claim : ⊥
claim = let postulate gap : ⊥ in gap
