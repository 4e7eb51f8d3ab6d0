module Fault where

data ⊥ : Set where

module In (let postulate gap : ⊥) where

  claim : ⊥
  claim = gap

claim : ⊥
claim = In.claim
