module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat
open import Agda.Builtin.String

data ⊥ : Set where

data Unit : Set where
  unit : Unit

data Number : Set where
  plus  : Nat → Number
  minus : Nat → Number

{-# BUILTIN INTEGER       Number #-}
{-# BUILTIN INTEGERPOS    plus   #-}
{-# BUILTIN INTEGERNEGSUC minus  #-}

mutual
  shown : Unit → Number → String
  shown unit n = primShowInteger n

  primitive
    primShowInteger : Number → String

same : ∀ u m n → shown u m ≡ shown u n
same u m n = refl

claim : ⊥
claim with () ← same unit (plus 0) (plus 1)
