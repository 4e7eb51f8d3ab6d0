module Base where

data ⊥ : Set where

gap : ⊥
gap = let postulate gap : ⊥ in gap
