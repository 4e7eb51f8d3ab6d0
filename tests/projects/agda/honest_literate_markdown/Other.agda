module Other where

open import Numbers

four : Nat
four = two + two
