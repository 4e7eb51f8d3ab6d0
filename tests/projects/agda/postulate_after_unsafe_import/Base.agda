module Base where

data ⊥ : Set where

postulate gap : ⊥
