{-# OPTIONS --cubical #-}

module Honest where

open import Agda.Primitive
open import Agda.Primitive.Cubical renaming (primINeg to ~_; primIMax to _∨_)
open import Agda.Builtin.Cubical.Path
open import Agda.Builtin.Sigma

sym : {A : Set} {x y : A} → x ≡ y → y ≡ x
sym p i = p (~ i)

trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans {x = x} p q i = primHComp (λ { j (i = i0) → x ; j (i = i1) → q j }) (p i)

pairs : {A B : Set} {x y : Σ A λ _ → B} → x ≡ y → fst y ≡ fst x
pairs p with sym p
... | q = λ i → fst (q i)
