------------------------------------------------------------------------
-- Dual numbers, and algebras over a ring
--
-- A dual number is a + b ε with ε * ε = 0; a is its primal part and b its
-- tangent.  Dual numbers over a commutative ring R are again one, and an
-- algebra over R.  To evaluate a program over dual numbers is to
-- differentiate it (Fourfold.Program).
-- Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed.,
-- SIAM 2008, chapter 3.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Dual (R : CommutativeRing) where

open import Fourfold.Base

------------------------------------------------------------------------
-- Algebras

-- A commutative ring that R maps into, by constant.
record Algebra : Set₁ where
  field
    ring : CommutativeRing
  private
    module R = CommutativeRing R
    module S = CommutativeRing ring
  field
    constant   : R.Carrier → S.Carrier
    constant-0 : constant R.0# ≡ S.0#
    constant-1 : constant R.1# ≡ S.1#
    constant-+ : ∀ x y → constant (x R.+ y) ≡ constant x S.+ constant y
    constant-* : ∀ x y → constant (x R.* y) ≡ constant x S.* constant y

-- R is an algebra over itself.
scalars : Algebra
scalars = record
  { ring       = R
  ; constant   = λ x → x
  ; constant-0 = refl
  ; constant-1 = refl
  ; constant-+ = λ _ _ → refl
  ; constant-* = λ _ _ → refl
  }

------------------------------------------------------------------------
-- Dual numbers

open CommutativeRing R
open RingProperties R

infix 4 _+ε_

record Dual : Set where
  constructor _+ε_
  field
    primal  : Carrier
    tangent : Carrier

open Dual public

infixl 7 _*ᴰ_
infixl 6 _+ᴰ_

_+ᴰ_ _*ᴰ_ : Dual → Dual → Dual
(a +ε a′) +ᴰ (b +ε b′) = a + b +ε a′ + b′
(a +ε a′) *ᴰ (b +ε b′) = a * b +ε a * b′ + a′ * b

ε : Dual
ε = 0# +ε 1#

-- ε is not zero by definition, but its square is.
ε-squared : ε *ᴰ ε ≡ (0# +ε 0#)
ε-squared = cong₂ _+ε_ (zeroˡ 0#)
  (trans (cong₂ _+_ (zeroˡ 1#) (zeroʳ 1#)) (+-identityˡ 0#))

private

  *ᴰ-assoc : ∀ x y z → (x *ᴰ y) *ᴰ z ≡ x *ᴰ (y *ᴰ z)
  *ᴰ-assoc (a +ε a′) (b +ε b′) (c +ε c′) = cong₂ _+ε_ (*-assoc a b c) (begin
    (a * b) * c′ + (a * b′ + a′ * b) * c
      ≡⟨ cong₂ _+_ (*-assoc a b c′) (distribʳ c (a * b′) (a′ * b)) ⟩
    a * (b * c′) + ((a * b′) * c + (a′ * b) * c)
      ≡⟨ cong (a * (b * c′) +_) (cong₂ _+_ (*-assoc a b′ c) (*-assoc a′ b c)) ⟩
    a * (b * c′) + (a * (b′ * c) + a′ * (b * c))
      ≡˘⟨ +-assoc (a * (b * c′)) _ _ ⟩
    (a * (b * c′) + a * (b′ * c)) + a′ * (b * c)
      ≡˘⟨ cong (_+ a′ * (b * c)) (distribˡ a (b * c′) (b′ * c)) ⟩
    a * (b * c′ + b′ * c) + a′ * (b * c)  ∎)

  *ᴰ-comm : ∀ x y → x *ᴰ y ≡ y *ᴰ x
  *ᴰ-comm (a +ε a′) (b +ε b′) = cong₂ _+ε_ (*-comm a b) (begin
    a * b′ + a′ * b  ≡⟨ +-comm (a * b′) (a′ * b) ⟩
    a′ * b + a * b′  ≡⟨ cong₂ _+_ (*-comm a′ b) (*-comm a b′) ⟩
    b * a′ + b′ * a  ∎)

  *ᴰ-identityˡ : ∀ x → (1# +ε 0#) *ᴰ x ≡ x
  *ᴰ-identityˡ (a +ε a′) = cong₂ _+ε_ (*-identityˡ a) (begin
    1# * a′ + 0# * a  ≡⟨ cong₂ _+_ (*-identityˡ a′) (zeroˡ a) ⟩
    a′ + 0#           ≡⟨ +-identityʳ a′ ⟩
    a′                ∎)

  *ᴰ-distribˡ : ∀ x y z → x *ᴰ (y +ᴰ z) ≡ x *ᴰ y +ᴰ x *ᴰ z
  *ᴰ-distribˡ (a +ε a′) (b +ε b′) (c +ε c′) = cong₂ _+ε_ (distribˡ a b c) (begin
    a * (b′ + c′) + a′ * (b + c)
      ≡⟨ cong₂ _+_ (distribˡ a b′ c′) (distribˡ a′ b c) ⟩
    (a * b′ + a * c′) + (a′ * b + a′ * c)
      ≡⟨ +-interchange (a * b′) (a * c′) (a′ * b) (a′ * c) ⟩
    (a * b′ + a′ * b) + (a * c′ + a′ * c)  ∎)

-- Dual numbers are a commutative ring.
dualRing : CommutativeRing
dualRing = record
  { Carrier     = Dual
  ; _+_         = _+ᴰ_
  ; _*_         = _*ᴰ_
  ; -_          = λ x → - primal x +ε - tangent x
  ; 0#          = 0# +ε 0#
  ; 1#          = 1# +ε 0#
  ; +-assoc     = λ x y z → cong₂ _+ε_ (+-assoc (primal x) _ _) (+-assoc (tangent x) _ _)
  ; +-comm      = λ x y → cong₂ _+ε_ (+-comm (primal x) _) (+-comm (tangent x) _)
  ; +-identityˡ = λ x → cong₂ _+ε_ (+-identityˡ (primal x)) (+-identityˡ (tangent x))
  ; -‿inverseˡ  = λ x → cong₂ _+ε_ (-‿inverseˡ (primal x)) (-‿inverseˡ (tangent x))
  ; *-assoc     = *ᴰ-assoc
  ; *-comm      = *ᴰ-comm
  ; *-identityˡ = *ᴰ-identityˡ
  ; distribˡ    = *ᴰ-distribˡ
  }

-- Dual numbers are an algebra: a constant has the tangent zero.
duals : Algebra
duals = record
  { ring       = dualRing
  ; constant   = _+ε 0#
  ; constant-0 = refl
  ; constant-1 = refl
  ; constant-+ = λ x y → cong ((x + y) +ε_) (sym (+-identityˡ 0#))
  ; constant-* = λ x y → cong ((x * y) +ε_)
      (sym (trans (cong₂ _+_ (zeroʳ x) (zeroˡ y)) (+-identityˡ 0#)))
  }
