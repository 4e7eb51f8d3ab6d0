module Fault where

data ⊥ : Set where

private
  postulate gap : ⊥
