{-# OPTIONS --cubical #-}

module Honest where

open import Agda.Builtin.Cubical.Path
open import Agda.Primitive.Cubical

constant : {A : Set} (x : A) → x ≡ x
constant x _ = x
