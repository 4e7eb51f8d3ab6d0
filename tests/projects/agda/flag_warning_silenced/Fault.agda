-- A postulate, in a library that asks Agda to be silent about it.
module Fault where

data ⊥ : Set where

postulate claim : ⊥
