{-# OPTIONS --cubical #-}

module Cube where

open import Agda.Primitive.Cubical
open import Agda.Builtin.Cubical.Path

funext : {A B : Set} {f g : A → B} → (∀ x → f x ≡ g x) → f ≡ g
funext p i x = p x i
