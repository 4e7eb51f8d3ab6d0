module Fault where

open import Agda.Builtin.Nat

data claim : Nat → Set where
