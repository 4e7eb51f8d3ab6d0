------------------------------------------------------------------------
-- What every other module starts from: indices, products, equality
--
-- Built-in modules only, so that nothing outside this library has to be
-- trusted.  Names are those of the standard library where it has them:
-- Fin n is the type with n elements, _≗_ is pointwise equality, and
-- begin ... ∎ writes a chain of equations.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

module Fourfold.Base where

open import Agda.Builtin.Equality public
open import Agda.Builtin.Bool public
open import Agda.Builtin.Nat public
  using (Nat; zero; suc; _==_)
  renaming (_+_ to _+ℕ_)

------------------------------------------------------------------------
-- Indices and pairs

data Fin : Nat → Set where
  zero : ∀ {n} → Fin (suc n)
  suc  : ∀ {n} → Fin n → Fin (suc n)

toℕ : ∀ {n} → Fin n → Nat
toℕ zero    = zero
toℕ (suc i) = suc (toℕ i)

infixr 4 _,_
infixr 2 _×_

record _×_ (A B : Set) : Set where
  constructor _,_
  field
    proj₁ : A
    proj₂ : B

open _×_ public

------------------------------------------------------------------------
-- Equality

module _ {A : Set} where

  -- Equality is symmetric.
  sym : {x y : A} → x ≡ y → y ≡ x
  sym refl = refl

  -- Equality is transitive.
  trans : {x y z : A} → x ≡ y → y ≡ z → x ≡ z
  trans refl q = q

-- Functions of one and of two arguments respect equality.
cong : {A B : Set} (f : A → B) {x y : A} → x ≡ y → f x ≡ f y
cong f refl = refl

cong₂ : {A B C : Set} (f : A → B → C) {x y : A} {u v : B} →
        x ≡ y → u ≡ v → f x u ≡ f y v
cong₂ f refl refl = refl

infix 4 _≗_

_≗_ : {A B : Set} (f g : A → B) → Set
f ≗ g = ∀ x → f x ≡ g x

------------------------------------------------------------------------
-- Chains of equations

infix  1 begin_
infixr 2 step-≡ step-≡˘
infix  3 _∎

begin_ : {A : Set} {x y : A} → x ≡ y → x ≡ y
begin p = p

step-≡ : {A : Set} (x : A) {y z : A} → y ≡ z → x ≡ y → x ≡ z
step-≡ x q p = trans p q

step-≡˘ : {A : Set} (x : A) {y z : A} → y ≡ z → y ≡ x → x ≡ z
step-≡˘ x q p = trans (sym p) q

syntax step-≡  x q p = x ≡⟨ p ⟩ q
syntax step-≡˘ x q p = x ≡˘⟨ p ⟩ q

_∎ : {A : Set} (x : A) → x ≡ x
x ∎ = refl
