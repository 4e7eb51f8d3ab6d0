module Fault where

data ⊥ : Set where

record Impossible : Set where
  field absurd : ⊥

  claim : ⊥
  claim = absurd
