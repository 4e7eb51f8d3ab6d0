module Main where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality
open import Shared

own : 2 ≡ 2
own = holds
