module Main where

data Unit : Set where
  unit : Unit

holds : Unit
holds = unit
