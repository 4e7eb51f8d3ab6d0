------------------------------------------------------------------------
-- Dense layers: yⱼ = Σᵢ xᵢ Wᵢⱼ + bⱼ, as a program of each argument
--
--   of the input   dxᵢ = Σⱼ Wᵢⱼ wⱼ
--   of the weights dWᵢⱼ = xᵢ wⱼ
--   of the bias    dbⱼ = wⱼ
--
-- Shapes are arbitrary: with s = vec m and t = vec n this is the usual
-- layer, with W of the shape vec m ⊗ vec n.  The arguments that are held
-- fixed are constants, so their tangents are zero.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Dense (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Program R
import Fourfold.Tensor as Over

open CommutativeRing R
open RingProperties R

private
  module D = CommutativeRing dualRing

module _ {s t : Shape} where

  ----------------------------------------------------------------------
  -- The layer over an algebra, with all three arguments in it

  layer : (A : Algebra) →
          TensorOver A (s ⊗ t) → TensorOver A t → TensorOver A s → TensorOver A t
  layer A W b x j = Over.sum ring s (λ i → x i ⊛ W (i , j)) ⊕ b j
    where open Algebra A using (ring)
          open CommutativeRing ring renaming (_+_ to _⊕_; _*_ to _⊛_)

  constants : (A : Algebra) → ∀ {u} → Tensor u → TensorOver A u
  constants A x i = Algebra.constant A (x i)

  private

    layer-cong : ∀ A {W W′ b b′ x x′} → W ≗ W′ → b ≗ b′ → x ≗ x′ →
                 layer A W b x ≗ layer A W′ b′ x′
    layer-cong A p q r j = cong₂ _⊕_
      (Over.sum-cong ring s λ i → cong₂ _⊛_ (r i) (p (i , j))) (q j)
      where open Algebra A using (ring)
            open CommutativeRing ring renaming (_+_ to _⊕_; _*_ to _⊛_)

    -- The layer over dual numbers, written out.
    layer-duals : ∀ W b x j → layer duals W b x j ≡
      (layer scalars (λ k → primal (W k)) (λ k → primal (b k)) (λ i → primal (x i)) j +ε
       sum s (λ i → primal (x i) * tangent (W (i , j)) + tangent (x i) * primal (W (i , j)))
         + tangent (b j))
    layer-duals W b x j = cong (D._+ b j) (sum-duals s λ i → x i D.* W (i , j))

  ----------------------------------------------------------------------
  -- The input

  dense : Tensor (s ⊗ t) → Tensor t → Program s t
  dense W b = record
    { run      = λ A → layer A (constants A W) (constants A b)
    ; run-cong = λ A → layer-cong A (λ _ → refl) (λ _ → refl)
    ; natural  = λ x v j → cong primal (layer-duals (constants duals W) (constants duals b) _ j)
    }

  -- The derivative in the input is the linear part of the layer.
  dense-derivative : ∀ W b x v →
    derivative (dense W b) x v ≗ λ j → sum s λ i → v i * W (i , j)
  dense-derivative W b x v j = begin
    derivative (dense W b) x v j
      ≡⟨ cong tangent (layer-duals (constants duals W) (constants duals b) _ j) ⟩
    sum s (λ i → x i * 0# + v i * W (i , j)) + 0#
      ≡⟨ +-identityʳ _ ⟩
    sum s (λ i → x i * 0# + v i * W (i , j))
      ≡⟨ sum-cong s (λ i → trans (cong (_+ v i * W (i , j)) (zeroʳ (x i))) (+-identityˡ _)) ⟩
    sum s (λ i → v i * W (i , j))  ∎

  -- The cotangent of the input is the weights applied to that of the output.
  dense-input-vjp : ∀ W b → Vjp (dense W b)
  dense-input-vjp W b = record
    { backward = λ x w i → sum t λ j → W (i , j) * w j
    ; correct  = λ x v w → trans
        (dot-cong (dense-derivative W b x v) (λ _ → refl))
        (transpose-adjoint s t (λ i j → W (i , j)) v w)
    }

  ----------------------------------------------------------------------
  -- The weights

  dense-of-weights : Tensor s → Tensor t → Program (s ⊗ t) t
  dense-of-weights x b = record
    { run      = λ A W → layer A W (constants A b) (constants A x)
    ; run-cong = λ A e → layer-cong A e (λ _ → refl) (λ _ → refl)
    ; natural  = λ W V j → cong primal (layer-duals (W +v V) (constants duals b) (constants duals x) j)
    }

  -- The derivative in the weights.
  dense-weight-derivative : ∀ x b W V →
    derivative (dense-of-weights x b) W V ≗ λ j → sum s λ i → x i * V (i , j)
  dense-weight-derivative x b W V j = begin
    derivative (dense-of-weights x b) W V j
      ≡⟨ cong tangent (layer-duals (W +v V) (constants duals b) (constants duals x) j) ⟩
    sum s (λ i → x i * V (i , j) + 0# * W (i , j)) + 0#
      ≡⟨ +-identityʳ _ ⟩
    sum s (λ i → x i * V (i , j) + 0# * W (i , j))
      ≡⟨ sum-cong s (λ i → trans (cong (x i * V (i , j) +_) (zeroˡ _)) (+-identityʳ _)) ⟩
    sum s (λ i → x i * V (i , j))  ∎

  -- The cotangent of the weights is the outer product of x and w.
  dense-weight-vjp : ∀ x b → Vjp (dense-of-weights x b)
  dense-weight-vjp x b = record
    { backward = λ { W w (i , j) → x i * w j }
    ; correct  = λ W V w → begin
        dot (derivative (dense-of-weights x b) W V) w
          ≡⟨ dot-cong (dense-weight-derivative x b W V) (λ _ → refl) ⟩
        sum t (λ j → sum s (λ i → x i * V (i , j)) * w j)
          ≡˘⟨ sum-cong t (λ j → sum-*ʳ s (w j) λ i → x i * V (i , j)) ⟩
        sum t (λ j → sum s λ i → (x i * V (i , j)) * w j)
          ≡⟨ sum-swap t s _ ⟩
        sum s (λ i → sum t λ j → (x i * V (i , j)) * w j)
          ≡⟨ sum-cong s (λ i → sum-cong t λ j → trans
               (*-assoc (x i) (V (i , j)) (w j)) (*-exchange (x i) (V (i , j)) (w j))) ⟩
        sum s (λ i → sum t λ j → V (i , j) * (x i * w j))  ∎
    }

  ----------------------------------------------------------------------
  -- The bias

  dense-of-bias : Tensor (s ⊗ t) → Tensor s → Program t t
  dense-of-bias W x = record
    { run      = λ A b → layer A (constants A W) b (constants A x)
    ; run-cong = λ A e → layer-cong A (λ _ → refl) e (λ _ → refl)
    ; natural  = λ b v j → cong primal (layer-duals (constants duals W) (b +v v) (constants duals x) j)
    }

  -- The derivative in the bias is the direction itself.
  dense-bias-derivative : ∀ W x b v → derivative (dense-of-bias W x) b v ≗ v
  dense-bias-derivative W x b v j = begin
    derivative (dense-of-bias W x) b v j
      ≡⟨ cong tangent (layer-duals (constants duals W) (b +v v) (constants duals x) j) ⟩
    sum s (λ i → x i * 0# + 0# * W (i , j)) + v j
      ≡⟨ cong (_+ v j) (trans (sum-cong s λ i → vanishes (x i) (W (i , j))) (sum-zero s)) ⟩
    0# + v j
      ≡⟨ +-identityˡ (v j) ⟩
    v j  ∎
    where
    vanishes : ∀ a c → a * 0# + 0# * c ≡ 0#
    vanishes a c = trans (cong₂ _+_ (zeroʳ a) (zeroˡ c)) (+-identityˡ 0#)

  -- The cotangent of the bias is that of the output.
  dense-bias-vjp : ∀ W x → Vjp (dense-of-bias W x)
  dense-bias-vjp W x = record
    { backward = λ b w → w
    ; correct  = λ b v w → dot-cong (dense-bias-derivative W x b v) (λ _ → refl)
    }
