module B where

open import Agda.Builtin.Nat

number : Nat → Nat
number n = suc n

{-# BUILTIN FROMNAT number #-}
