module Fault where

open import Agda.Builtin.Nat

identity : Nat → Nat
identity n = n

{-# COMPILE GHC identity = \ n -> n + 1 #-}
