------------------------------------------------------------------------
-- Tensors over a commutative ring, and sums over all their entries
--
-- A shape is `vec n`, or a product of shapes; a tensor maps indices to
-- ring elements, so a vector is Fin n → R and a matrix is indexed by
-- pairs.  `sum s f` adds f over all indices of the shape s, and `dot` is
-- the pairing ⟨x, y⟩ = Σᵢ xᵢ yᵢ.
-- Notation: [ i ≟ j ] is the entry of the identity matrix.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Tensor (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Shape public

open CommutativeRing R
open RingProperties R

Tensor : Shape → Set
Tensor s = Index s → Carrier

------------------------------------------------------------------------
-- Finite sums

sumFin : ∀ n → (Fin n → Carrier) → Carrier
sumFin zero    f = 0#
sumFin (suc n) f = f zero + sumFin n (λ i → f (suc i))

sum : ∀ s → Tensor s → Carrier
sum (vec n) f = sumFin n f
sum (s ⊗ t) f = sum s λ i → sum t λ j → f (i , j)

private

  sumFin-cong : ∀ n {f g : Fin n → Carrier} → f ≗ g → sumFin n f ≡ sumFin n g
  sumFin-cong zero    e = refl
  sumFin-cong (suc n) e = cong₂ _+_ (e zero) (sumFin-cong n λ i → e (suc i))

  sumFin-zero : ∀ n → sumFin n (λ _ → 0#) ≡ 0#
  sumFin-zero zero    = refl
  sumFin-zero (suc n) = trans (+-identityˡ _) (sumFin-zero n)

  sumFin-+ : ∀ n (f g : Fin n → Carrier) →
             sumFin n (λ i → f i + g i) ≡ sumFin n f + sumFin n g
  sumFin-+ zero    f g = sym (+-identityˡ 0#)
  sumFin-+ (suc n) f g = trans
    (cong ((f zero + g zero) +_) (sumFin-+ n _ _))
    (+-interchange (f zero) (g zero) _ _)

  sumFin-*ˡ : ∀ n c (f : Fin n → Carrier) →
              sumFin n (λ i → c * f i) ≡ c * sumFin n f
  sumFin-*ˡ zero    c f = sym (zeroʳ c)
  sumFin-*ˡ (suc n) c f = trans
    (cong (c * f zero +_) (sumFin-*ˡ n c _))
    (sym (distribˡ c (f zero) _))

-- Sums of equal terms are equal.
sum-cong : ∀ s {f g : Tensor s} → f ≗ g → sum s f ≡ sum s g
sum-cong (vec n) e = sumFin-cong n e
sum-cong (s ⊗ t) e = sum-cong s λ i → sum-cong t λ j → e (i , j)

-- A sum of zeros is zero.
sum-zero : ∀ s → sum s (λ _ → 0#) ≡ 0#
sum-zero (vec n) = sumFin-zero n
sum-zero (s ⊗ t) = trans (sum-cong s λ _ → sum-zero t) (sum-zero s)

-- The sum of a sum is the sum of the sums.
sum-+ : ∀ s (f g : Tensor s) → sum s (λ i → f i + g i) ≡ sum s f + sum s g
sum-+ (vec n) f g = sumFin-+ n f g
sum-+ (s ⊗ t) f g = trans
  (sum-cong s λ i → sum-+ t (λ j → f (i , j)) λ j → g (i , j))
  (sum-+ s (λ i → sum t λ j → f (i , j)) λ i → sum t λ j → g (i , j))

-- A common factor comes out of a sum, on the left and on the right.
sum-*ˡ : ∀ s c (f : Tensor s) → sum s (λ i → c * f i) ≡ c * sum s f
sum-*ˡ (vec n) c f = sumFin-*ˡ n c f
sum-*ˡ (s ⊗ t) c f = trans
  (sum-cong s λ i → sum-*ˡ t c λ j → f (i , j))
  (sum-*ˡ s c λ i → sum t λ j → f (i , j))

sum-*ʳ : ∀ s c (f : Tensor s) → sum s (λ i → f i * c) ≡ sum s f * c
sum-*ʳ s c f = begin
  sum s (λ i → f i * c)  ≡⟨ sum-cong s (λ i → *-comm (f i) c) ⟩
  sum s (λ i → c * f i)  ≡⟨ sum-*ˡ s c f ⟩
  c * sum s f            ≡⟨ *-comm c (sum s f) ⟩
  sum s f * c            ∎

private

  sumFin-swap : ∀ n t (f : Fin n → Index t → Carrier) →
                sumFin n (λ i → sum t (f i)) ≡
                sum t (λ j → sumFin n (λ i → f i j))
  sumFin-swap zero    t f = sym (sum-zero t)
  sumFin-swap (suc n) t f = trans
    (cong (sum t (f zero) +_) (sumFin-swap n t λ i → f (suc i)))
    (sym (sum-+ t (f zero) _))

-- Two sums can be exchanged.
sum-swap : ∀ s t (f : Index s → Index t → Carrier) →
           sum s (λ i → sum t (f i)) ≡ sum t (λ j → sum s (λ i → f i j))
sum-swap (vec n)  t f = sumFin-swap n t f
sum-swap (s ⊗ s′) t f = trans
  (sum-cong s λ i → sum-swap s′ t λ i′ → f (i , i′))
  (sum-swap s t λ i j → sum s′ λ i′ → f (i , i′) j)

------------------------------------------------------------------------
-- The pairing of tensors

dot : ∀ {s} → Tensor s → Tensor s → Carrier
dot {s} x y = sum s λ i → x i * y i

-- The pairing depends on the entries only.
dot-cong : ∀ {s} {x x′ y y′ : Tensor s} → x ≗ x′ → y ≗ y′ → dot x y ≡ dot x′ y′
dot-cong {s} p q = sum-cong s λ i → cong₂ _*_ (p i) (q i)

-- The pairing is symmetric.
dot-comm : ∀ {s} (x y : Tensor s) → dot x y ≡ dot y x
dot-comm {s} x y = sum-cong s λ i → *-comm (x i) (y i)

-- The pairing is additive in its first and in its second argument.
dot-+ˡ : ∀ {s} (x y z : Tensor s) → dot (λ i → x i + y i) z ≡ dot x z + dot y z
dot-+ˡ {s} x y z = trans
  (sum-cong s λ i → distribʳ (z i) (x i) (y i))
  (sum-+ s (λ i → x i * z i) λ i → y i * z i)

dot-+ʳ : ∀ {s} (x y z : Tensor s) → dot x (λ i → y i + z i) ≡ dot x y + dot x z
dot-+ʳ {s} x y z = trans
  (sum-cong s λ i → distribˡ (x i) (y i) (z i))
  (sum-+ s (λ i → x i * y i) λ i → x i * z i)

-- A factor for each entry moves from one argument to the other.
dot-* : ∀ {s} (c x y : Tensor s) →
        dot (λ i → c i * x i) y ≡ dot x (λ i → c i * y i)
dot-* {s} c x y = sum-cong s λ i → begin
  (c i * x i) * y i  ≡⟨ *-assoc (c i) (x i) (y i) ⟩
  c i * (x i * y i)  ≡⟨ *-exchange (c i) (x i) (y i) ⟩
  x i * (c i * y i)  ∎

------------------------------------------------------------------------
-- Matrices and their transposes

-- Applying a matrix K, with entries K i j, and applying its transpose.
apply : ∀ s t → (Index s → Index t → Carrier) → Tensor s → Tensor t
apply s t K x j = sum s λ i → x i * K i j

applyᵀ : ∀ s t → (Index s → Index t → Carrier) → Tensor t → Tensor s
applyᵀ s t K y i = sum t λ j → K i j * y j

-- The transpose is the adjoint: ⟨K x, y⟩ = ⟨x, Kᵀ y⟩.
transpose-adjoint : ∀ s t (K : Index s → Index t → Carrier) x y →
                    dot (apply s t K x) y ≡ dot x (applyᵀ s t K y)
transpose-adjoint s t K x y = begin
  sum t (λ j → sum s (λ i → x i * K i j) * y j)
    ≡˘⟨ sum-cong t (λ j → sum-*ʳ s (y j) λ i → x i * K i j) ⟩
  sum t (λ j → sum s λ i → (x i * K i j) * y j)
    ≡⟨ sum-swap t s _ ⟩
  sum s (λ i → sum t λ j → (x i * K i j) * y j)
    ≡⟨ sum-cong s (λ i → sum-cong t λ j → *-assoc (x i) (K i j) (y j)) ⟩
  sum s (λ i → sum t λ j → x i * (K i j * y j))
    ≡⟨ sum-cong s (λ i → sum-*ˡ t (x i) λ j → K i j * y j) ⟩
  sum s (λ i → x i * sum t λ j → K i j * y j)  ∎

------------------------------------------------------------------------
-- The standard basis

private

  basisFin : ∀ {n} → Fin n → Fin n → Carrier
  basisFin zero    zero    = 1#
  basisFin zero    (suc j) = 0#
  basisFin (suc i) zero    = 0#
  basisFin (suc i) (suc j) = basisFin i j

  zero-terms : ∀ n (f : Fin n → Carrier) → sumFin n (λ i → 0# * f i) ≡ 0#
  zero-terms n f = trans (sumFin-cong n λ i → zeroˡ (f i)) (sumFin-zero n)

  basisFin-dot : ∀ n i (f : Fin n → Carrier) →
                 sumFin n (λ j → basisFin i j * f j) ≡ f i
  basisFin-dot (suc n) zero f = begin
    1# * f zero + sumFin n (λ j → 0# * f (suc j))
      ≡⟨ cong₂ _+_ (*-identityˡ (f zero)) (zero-terms n λ j → f (suc j)) ⟩
    f zero + 0#
      ≡⟨ +-identityʳ (f zero) ⟩
    f zero  ∎
  basisFin-dot (suc n) (suc i) f = begin
    0# * f zero + sumFin n (λ j → basisFin i j * f (suc j))
      ≡⟨ cong₂ _+_ (zeroˡ (f zero)) (basisFin-dot n i λ j → f (suc j)) ⟩
    0# + f (suc i)
      ≡⟨ +-identityˡ (f (suc i)) ⟩
    f (suc i)  ∎

[_≟_] : ∀ {s} → Index s → Index s → Carrier
[_≟_] {vec n} i j = basisFin i j
[_≟_] {s ⊗ t} (i , i′) (j , j′) = [ i ≟ j ] * [ i′ ≟ j′ ]

-- Pairing with a basis tensor reads off an entry.
basis-dot : ∀ s i (x : Tensor s) → dot [ i ≟_] x ≡ x i
basis-dot (vec n) i        x = basisFin-dot n i x
basis-dot (s ⊗ t) (i , i′) x = begin
  sum s (λ j → sum t λ j′ → ([ i ≟ j ] * [ i′ ≟ j′ ]) * x (j , j′))
    ≡⟨ sum-cong s (λ j → sum-cong t λ j′ → *-assoc [ i ≟ j ] [ i′ ≟ j′ ] _) ⟩
  sum s (λ j → sum t λ j′ → [ i ≟ j ] * ([ i′ ≟ j′ ] * x (j , j′)))
    ≡⟨ sum-cong s (λ j → sum-*ˡ t [ i ≟ j ] _) ⟩
  sum s (λ j → [ i ≟ j ] * dot [ i′ ≟_] (λ j′ → x (j , j′)))
    ≡⟨ sum-cong s (λ j → cong ([ i ≟ j ] *_) (basis-dot t i′ _)) ⟩
  sum s (λ j → [ i ≟ j ] * x (j , i′))
    ≡⟨ basis-dot s i _ ⟩
  x (i , i′)  ∎
