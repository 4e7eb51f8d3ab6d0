module Lemmas where

data Unit : Set where unit : Unit
