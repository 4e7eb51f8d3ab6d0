{-# OPTIONS --cubical-compatible #-}

module Honest where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

data Vector (A : Set) : Nat → Set where
  []  : Vector A 0
  _∷_ : ∀ {n} → A → Vector A n → Vector A (suc n)

record Pair : Set where
  field left right : Nat

open Pair

length : ∀ {A n} → Vector A n → Nat
length xs with xs
... | []     = 0
... | _ ∷ ys = suc (length ys)

claim : ∀ {A n} (xs : Vector A n) → length xs ≡ n
claim []       = refl
claim (_ ∷ xs) rewrite claim xs = refl
