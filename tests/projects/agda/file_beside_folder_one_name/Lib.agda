module Lib where

data ⊥ : Set where

module Main where

  postulate claim : ⊥
