------------------------------------------------------------------------
-- Shapes of tensors and their indices
--
-- `vec n` has n indices, and s ⊗ t has pairs of them: a matrix of m rows
-- and n columns has the shape vec m ⊗ vec n.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

module Fourfold.Shape where

open import Fourfold.Base

infixr 5 _⊗_

data Shape : Set where
  vec : Nat → Shape
  _⊗_ : Shape → Shape → Shape

Index : Shape → Set
Index (vec n) = Fin n
Index (s ⊗ t) = Index s × Index t
