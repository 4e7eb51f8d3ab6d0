------------------------------------------------------------------------
-- A small network over the integers, computed
--
-- An instance of every hypothesis, with numbers: a dense layer after a
-- residual elementwise product, and the convolution of three numbers.
-- Each equation is checked by running both sides.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

module Fourfold.Example where

open import Agda.Builtin.Int using (Int; pos; negsuc)

open import Fourfold.Base
open import Fourfold.Integers
open import Fourfold.Program integers
open import Fourfold.Composition integers
open import Fourfold.FanOut integers
open import Fourfold.Product integers
open import Fourfold.Dense integers
open import Fourfold.Conv integers

private

  pair : Int → Int → Tensor (vec 2)
  pair a b zero       = a
  pair a b (suc zero) = b

  triple : Int → Int → Int → Tensor (vec 3)
  triple a b c zero             = a
  triple a b c (suc zero)       = b
  triple a b c (suc (suc zero)) = c

  weights : Tensor (vec 2 ⊗ vec 1)
  weights (zero     , _) = pos 1
  weights (suc zero , _) = pos 2

  -- x ↦ Σᵢ (xᵢ² + xᵢ) Wᵢ + 3.
  net : Program (vec 2) (vec 1)
  net = dense weights (λ _ → pos 3) ∘ residual (identity ⊙ identity)

  net-vjp : Vjp net
  net-vjp = ∘-vjp (dense-input-vjp weights (λ _ → pos 3))
                  (residual-vjp (⊙-vjp identity-vjp identity-vjp))

-- At (5, -1) the value is 30 + 0 + 3.
net-value : value net (pair (pos 5) (negsuc 0)) zero ≡ pos 33
net-value = refl

-- There the gradient is (2 · 5 + 1) · 1 = 11 in the first coordinate, ...
net-gradient₀ : backward net-vjp (pair (pos 5) (negsuc 0)) (λ _ → pos 1) zero ≡ pos 11
net-gradient₀ = refl

-- ... and (2 · (-1) + 1) · 2 = -2 in the second.
net-gradient₁ : backward net-vjp (pair (pos 5) (negsuc 0)) (λ _ → pos 1) (suc zero) ≡
                negsuc 1
net-gradient₁ = refl

-- The derivative along the first axis is the same number, by dual numbers.
net-derivative : derivative net (pair (pos 5) (negsuc 0)) (pair (pos 1) (pos 0)) zero ≡ pos 11
net-derivative = refl

-- (1, 2, 3) with the kernel (1, 0, -1) and padding 1 gives (-2, -2, 2).
edges : value (conv 3 3 3 1 (triple (pos 1) (pos 0) (negsuc 0)) (pos 0))
              (triple (pos 1) (pos 2) (pos 3)) ≗ triple (negsuc 1) (negsuc 1) (pos 2)
edges zero             = refl
edges (suc zero)       = refl
edges (suc (suc zero)) = refl
