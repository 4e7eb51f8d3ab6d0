module Fault where

open import Agda.Primitive

primitive
  primForce : ∀ {a b} {A : Set a} {B : A → Set b} (x : A) → (∀ x → B x) → B x

claim : (A : Set) → A → A
claim A x = primForce x λ y → y
