module Fault where

data ⊥ : Set where

private
  postulate gap : ⊥

opaque
  lemma : ⊥
  lemma = gap

claim : ⊥
claim = lemma
