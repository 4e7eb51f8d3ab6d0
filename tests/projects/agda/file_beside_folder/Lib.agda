module Lib where

data Unit : Set where
  unit : Unit
