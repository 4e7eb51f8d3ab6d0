module Fault where

data ⊥ : Set where
  oops : ⊥

claim : ⊥
claim = oops
