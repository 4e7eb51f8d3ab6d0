------------------------------------------------------------------------
-- One-dimensional convolution (cross-correlation) with zero padding
--
-- With n inputs x, a kernel w of k entries, m outputs and padding p:
--
--   yⱼ = b + Σₗ wₗ x̂ⱼ₊ₗ,   x̂ = x after p zeros, and zeros after the end;
--
--   of the input   dxᵢ = Σⱼ (Σₗ wₗ [ i + p = j + l ]) cⱼ
--   of the kernel  dwₗ = Σⱼ x̂ⱼ₊ₗ cⱼ
--   of the bias    db  = Σⱼ cⱼ
--
-- where c is the cotangent of y.  A padded read is a finite sum as well,
-- x̂_q = Σᵢ xᵢ [ i + p = q ], with [ _ ] one or zero; `padded-inside` and
-- `padded-outside` show that it reads what it should.
-- Source: I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, MIT
-- Press 2016, sections 9.1 and 9.5.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Conv (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Program R
open import Fourfold.Dense R

open CommutativeRing R
open RingProperties R

------------------------------------------------------------------------
-- Padded reads

bit : Bool → Carrier
bit true  = 1#
bit false = 0#

-- One where the input i is at place q of the padded input, else zero.
at : ∀ {n} → Nat → Fin n → Nat → Carrier
at p i q = bit (toℕ i +ℕ p == q)

padded : ∀ {n} → Nat → Tensor (vec n) → Nat → Carrier
padded {n} p x q = sum (vec n) λ i → x i * at p i q

private

  ==-refl : ∀ n → (n == n) ≡ true
  ==-refl zero    = refl
  ==-refl (suc n) = ==-refl n

  +-suc : ∀ a b → a +ℕ suc b ≡ suc (a +ℕ b)
  +-suc zero    b = refl
  +-suc (suc a) b = cong suc (+-suc a b)

  later : ∀ p j → (suc (j +ℕ p) == p) ≡ false
  later zero    j = refl
  later (suc p) j = trans (cong (_== p) (+-suc j p)) (later p j)

  earlier : ∀ p i → (p == suc (i +ℕ p)) ≡ false
  earlier zero    i = refl
  earlier (suc p) i = trans (cong (p ==_) (+-suc i p)) (earlier p i)

  -- Which input is read is decided by the basis.
  at-basis : ∀ {n} p (i j : Fin n) → at p j (toℕ i +ℕ p) ≡ [ i ≟ j ]
  at-basis p zero    zero    = cong bit (==-refl p)
  at-basis p zero    (suc j) = cong bit (later p (toℕ j))
  at-basis p (suc i) zero    = cong bit (earlier p (toℕ i))
  at-basis p (suc i) (suc j) = at-basis p i j

-- Place i + p of the padded input is input i.
padded-inside : ∀ {n} p (x : Tensor (vec n)) i → padded p x (toℕ i +ℕ p) ≡ x i
padded-inside {n} p x i = begin
  sum (vec n) (λ j → x j * at p j (toℕ i +ℕ p))
    ≡⟨ sum-cong (vec n) (λ j → cong (x j *_) (at-basis p i j)) ⟩
  sum (vec n) (λ j → x j * [ i ≟ j ])
    ≡⟨ dot-comm {vec n} x [ i ≟_] ⟩
  dot {vec n} [ i ≟_] x
    ≡⟨ basis-dot (vec n) i x ⟩
  x i  ∎

-- A place that no input has is zero.
padded-outside : ∀ {n} p (x : Tensor (vec n)) q →
                 (∀ i → (toℕ {n} i +ℕ p == q) ≡ false) → padded p x q ≡ 0#
padded-outside {n} p x q none = trans
  (sum-cong (vec n) λ i → trans (cong (λ b → x i * bit b) (none i)) (zeroʳ (x i)))
  (sum-zero (vec n))

------------------------------------------------------------------------
-- Convolution as a dense layer with shared weights

module _ (n k m p : Nat) where

  -- Entry i, j of the matrix of the convolution with the kernel w.
  matrix : Tensor (vec k) → Tensor (vec n ⊗ vec m)
  matrix w (i , j) = sum (vec k) λ l → w l * at p i (toℕ j +ℕ toℕ l)

  -- The windows that the kernel is paired with.
  windows : Tensor (vec n) → Tensor (vec k ⊗ vec m)
  windows x (l , j) = padded p x (toℕ j +ℕ toℕ l)

  everywhere : Carrier → Tensor (vec m)
  everywhere b _ = b

  conv : Tensor (vec k) → Carrier → Program (vec n) (vec m)
  conv w b = dense (matrix w) (everywhere b)

  conv-of-kernel : Tensor (vec n) → Carrier → Program (vec k) (vec m)
  conv-of-kernel x b = dense (windows x) (everywhere b)

  private

    commuted : ∀ w x j →
      sum (vec n) (λ i → x i * matrix w (i , j)) ≡
      sum (vec k) (λ l → w l * padded p x (toℕ j +ℕ toℕ l))
    commuted w x j = begin
      sum (vec n) (λ i → x i * sum (vec k) λ l → w l * at p i (toℕ j +ℕ toℕ l))
        ≡˘⟨ sum-cong (vec n) (λ i → sum-*ˡ (vec k) (x i) _) ⟩
      sum (vec n) (λ i → sum (vec k) λ l → x i * (w l * at p i (toℕ j +ℕ toℕ l)))
        ≡⟨ sum-swap (vec n) (vec k) _ ⟩
      sum (vec k) (λ l → sum (vec n) λ i → x i * (w l * at p i (toℕ j +ℕ toℕ l)))
        ≡⟨ sum-cong (vec k) (λ l → sum-cong (vec n) λ i →
             *-exchange (x i) (w l) (at p i (toℕ j +ℕ toℕ l))) ⟩
      sum (vec k) (λ l → sum (vec n) λ i → w l * (x i * at p i (toℕ j +ℕ toℕ l)))
        ≡⟨ sum-cong (vec k) (λ l → sum-*ˡ (vec n) (w l) _) ⟩
      sum (vec k) (λ l → w l * padded p x (toℕ j +ℕ toℕ l))  ∎

  -- As a program of the input, it computes the cross-correlation.
  conv-value : ∀ w b x j → value (conv w b) x j ≡
               sum (vec k) (λ l → w l * padded p x (toℕ j +ℕ toℕ l)) + b
  conv-value w b x j = cong (_+ b) (commuted w x j)

  -- As a program of the kernel, it computes the same.
  conv-of-kernel-value : ∀ w b x j → value (conv-of-kernel x b) w j ≡ value (conv w b) x j
  conv-of-kernel-value w b x j = sym (conv-value w b x j)

  -- The derivative in the input is the cross-correlation of the direction.
  conv-derivative : ∀ w b x v j → derivative (conv w b) x v j ≡
                    sum (vec k) λ l → w l * padded p v (toℕ j +ℕ toℕ l)
  conv-derivative w b x v j =
    trans (dense-derivative (matrix w) (everywhere b) x v j) (commuted w v j)

  -- The cotangent of the input: the kernel, met from the other side.
  conv-input-vjp : ∀ w b → Vjp (conv w b)
  conv-input-vjp w b = dense-input-vjp (matrix w) (everywhere b)

  conv-input-backward : ∀ w b x c i → backward (conv-input-vjp w b) x c i ≡
    sum (vec m) λ j → sum (vec k) (λ l → w l * at p i (toℕ j +ℕ toℕ l)) * c j
  conv-input-backward w b x c i = refl

  -- The cotangent of the kernel: each entry is paired with its window.
  conv-kernel-vjp : ∀ x b → Vjp (conv-of-kernel x b)
  conv-kernel-vjp x b = dense-input-vjp (windows x) (everywhere b)

  conv-kernel-backward : ∀ x b w c l → backward (conv-kernel-vjp x b) w c l ≡
    sum (vec m) λ j → padded p x (toℕ j +ℕ toℕ l) * c j
  conv-kernel-backward x b w c l = refl

  -- As a program of the bias, which every output has in common.
  ones : Tensor (vec 1 ⊗ vec m)
  ones _ = 1#

  conv-of-bias : Tensor (vec n) → Tensor (vec k) → Program (vec 1) (vec m)
  conv-of-bias x w = dense ones λ j →
    sum (vec k) λ l → w l * padded p x (toℕ j +ℕ toℕ l)

  -- As a program of the bias, it computes the same.
  conv-of-bias-value : ∀ w b x j →
    value (conv-of-bias x w) (λ _ → b) j ≡ value (conv w b) x j
  conv-of-bias-value w b x j = begin
    (b * 1# + 0#) + y  ≡⟨ cong (_+ y) (trans (+-identityʳ (b * 1#)) (*-identityʳ b)) ⟩
    b + y              ≡⟨ +-comm b y ⟩
    y + b              ≡˘⟨ conv-value w b x j ⟩
    value (conv w b) x j  ∎
    where y = sum (vec k) λ l → w l * padded p x (toℕ j +ℕ toℕ l)

  conv-bias-vjp : ∀ x w → Vjp (conv-of-bias x w)
  conv-bias-vjp x w = dense-input-vjp ones _

  -- The cotangent of the bias is the sum of those of the outputs.
  conv-bias-backward : ∀ x w b c i →
    backward (conv-bias-vjp x w) b c i ≡ sum (vec m) c
  conv-bias-backward x w b c i = sum-cong (vec m) λ j → *-identityˡ (c j)
