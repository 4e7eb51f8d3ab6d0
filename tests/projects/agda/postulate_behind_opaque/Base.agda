module Base where

data ⊥ : Set where

postulate gap : ⊥

opaque
  lemma : ⊥
  lemma = gap
