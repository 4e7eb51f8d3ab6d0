module A where

open import Agda.Builtin.Nat

number : Nat → Nat
number n = n

{-# BUILTIN FROMNAT number #-}
