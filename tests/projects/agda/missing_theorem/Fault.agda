module Fault where

data ⊥ : Set where

-- claim : ⊥
