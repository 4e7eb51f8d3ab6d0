module Fault where

data ⊥ : Set where

postulate claim : ⊥
