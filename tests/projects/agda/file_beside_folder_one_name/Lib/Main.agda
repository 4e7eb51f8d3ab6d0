module Lib.Main where

data ⊤ : Set where
  tt : ⊤

claim : ⊤
claim = tt
