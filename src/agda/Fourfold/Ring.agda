------------------------------------------------------------------------
-- Commutative rings, and the field of two elements as an instance
--
-- The laws that all other modules assume.  Equality is propositional.
-- The ring need not be the real numbers: every derivative here is the
-- formal one, that of dual numbers (Fourfold.Dual).
-- Source: any textbook of algebra, e.g. S. Lang, Algebra, chapter II.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

module Fourfold.Ring where

open import Fourfold.Base

record CommutativeRing : Set₁ where
  infixl 7 _*_
  infixl 6 _+_
  infix  8 -_
  field
    Carrier     : Set
    _+_ _*_     : Carrier → Carrier → Carrier
    -_          : Carrier → Carrier
    0# 1#       : Carrier
    +-assoc     : ∀ x y z → (x + y) + z ≡ x + (y + z)
    +-comm      : ∀ x y → x + y ≡ y + x
    +-identityˡ : ∀ x → 0# + x ≡ x
    -‿inverseˡ  : ∀ x → - x + x ≡ 0#
    *-assoc     : ∀ x y z → (x * y) * z ≡ x * (y * z)
    *-comm      : ∀ x y → x * y ≡ y * x
    *-identityˡ : ∀ x → 1# * x ≡ x
    distribˡ    : ∀ x y z → x * (y + z) ≡ x * y + x * z

module RingProperties (R : CommutativeRing) where

  open CommutativeRing R

  -- Zero is neutral on the right.
  +-identityʳ : ∀ x → x + 0# ≡ x
  +-identityʳ x = trans (+-comm x 0#) (+-identityˡ x)

  -- One is neutral on the right.
  *-identityʳ : ∀ x → x * 1# ≡ x
  *-identityʳ x = trans (*-comm x 1#) (*-identityˡ x)

  -- Products distribute over sums on the right.
  distribʳ : ∀ x y z → (y + z) * x ≡ y * x + z * x
  distribʳ x y z = begin
    (y + z) * x    ≡⟨ *-comm (y + z) x ⟩
    x * (y + z)    ≡⟨ distribˡ x y z ⟩
    x * y + x * z  ≡⟨ cong₂ _+_ (*-comm x y) (*-comm x z) ⟩
    y * x + z * x  ∎

  -- A number that is twice itself is zero.
  idempotent-zero : ∀ x → x ≡ x + x → x ≡ 0#
  idempotent-zero x e = begin
    x              ≡˘⟨ +-identityˡ x ⟩
    0# + x         ≡˘⟨ cong (_+ x) (-‿inverseˡ x) ⟩
    (- x + x) + x  ≡⟨ +-assoc (- x) x x ⟩
    - x + (x + x)  ≡˘⟨ cong (- x +_) e ⟩
    - x + x        ≡⟨ -‿inverseˡ x ⟩
    0#             ∎

  -- Zero times anything is zero, on either side.
  zeroʳ : ∀ x → x * 0# ≡ 0#
  zeroʳ x = idempotent-zero (x * 0#)
    (trans (cong (x *_) (sym (+-identityˡ 0#))) (distribˡ x 0# 0#))

  zeroˡ : ∀ x → 0# * x ≡ 0#
  zeroˡ x = trans (*-comm 0# x) (zeroʳ x)

  -- The middle terms of a sum of sums can be exchanged.
  +-interchange : ∀ a b c d → (a + b) + (c + d) ≡ (a + c) + (b + d)
  +-interchange a b c d = begin
    (a + b) + (c + d)  ≡⟨ +-assoc a b (c + d) ⟩
    a + (b + (c + d))  ≡˘⟨ cong (a +_) (+-assoc b c d) ⟩
    a + ((b + c) + d)  ≡⟨ cong (λ x → a + (x + d)) (+-comm b c) ⟩
    a + ((c + b) + d)  ≡⟨ cong (a +_) (+-assoc c b d) ⟩
    a + (c + (b + d))  ≡˘⟨ +-assoc a c (b + d) ⟩
    (a + c) + (b + d)  ∎

  -- The first two factors of a product can be exchanged.
  *-exchange : ∀ a b c → a * (b * c) ≡ b * (a * c)
  *-exchange a b c = begin
    a * (b * c)  ≡˘⟨ *-assoc a b c ⟩
    (a * b) * c  ≡⟨ cong (_* c) (*-comm a b) ⟩
    (b * a) * c  ≡⟨ *-assoc b a c ⟩
    b * (a * c)  ∎
