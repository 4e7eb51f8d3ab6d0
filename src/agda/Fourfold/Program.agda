------------------------------------------------------------------------
-- Programs, their derivatives, and what a correct backward map is
--
-- A program from tensors of shape s to tensors of shape t can be run over
-- every algebra, so that the same code gives values over R and, over dual
-- numbers, derivatives: the tangent of F at x along v is the tangent part
-- of F (x + v ε).  Nothing else is called a derivative here.
-- A backward map of F takes a point x and a cotangent of the output to a
-- cotangent of the input, and must be the adjoint of the derivative:
-- ⟨ J v , w ⟩ = ⟨ v , Jᵀ w ⟩ for all v and w (`correct`).
-- Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed.,
-- SIAM 2008, section 3.2.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Program (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Dual R public
open import Fourfold.Tensor R public
import Fourfold.Tensor as Over

open CommutativeRing R
open RingProperties R

-- Tensors over an algebra.
TensorOver : Algebra → Shape → Set
TensorOver A = Over.Tensor (Algebra.ring A)

-- x + v ε, entry by entry.
infix 4 _+v_

_+v_ : ∀ {s} → Tensor s → Tensor s → TensorOver duals s
(x +v v) i = x i +ε v i

-- `natural` says that tangents do not act on values, as parametric code
-- cannot make them do.
record Program (s t : Shape) : Set₁ where
  field
    run      : (A : Algebra) → TensorOver A s → TensorOver A t
    run-cong : ∀ A {x y} → x ≗ y → run A x ≗ run A y
    natural  : ∀ x v i → primal (run duals (x +v v) i) ≡ run scalars x i

open Program public

-- The value of a program, and its derivative at x along v.
value : ∀ {s t} → Program s t → Tensor s → Tensor t
value F = run F scalars

derivative : ∀ {s t} → Program s t → Tensor s → Tensor s → Tensor t
derivative F x v j = tangent (run F duals (x +v v) j)

-- Running over dual numbers gives the value and the derivative.
run-duals : ∀ {s t} (F : Program s t) x v →
            run F duals (x +v v) ≗ (value F x +v derivative F x v)
run-duals F x v j = cong (_+ε derivative F x v j) (natural F x v j)

------------------------------------------------------------------------
-- Vector-Jacobian products

record Vjp {s t : Shape} (F : Program s t) : Set where
  field
    backward : Tensor s → Tensor t → Tensor s
    correct  : ∀ x v w → dot (derivative F x v) w ≡ dot v (backward x w)

open Vjp public

-- The backward map of a program is unique.
backward-unique : ∀ {s t} {F : Program s t} (V W : Vjp F) x w →
                  backward V x w ≗ backward W x w
backward-unique {s} {F = F} V W x w i = begin
  backward V x w i                 ≡˘⟨ basis-dot s i _ ⟩
  dot [ i ≟_] (backward V x w)     ≡˘⟨ correct V x [ i ≟_] w ⟩
  dot (derivative F x [ i ≟_]) w   ≡⟨ correct W x [ i ≟_] w ⟩
  dot [ i ≟_] (backward W x w)     ≡⟨ basis-dot s i _ ⟩
  backward W x w i                 ∎

------------------------------------------------------------------------
-- Sums over dual numbers

private
  module D = CommutativeRing dualRing

  sumFin-duals : ∀ n (f : Fin n → Dual) →
    Over.sumFin dualRing n f ≡
    (sumFin n (λ i → primal (f i)) +ε sumFin n (λ i → tangent (f i)))
  sumFin-duals zero    f = refl
  sumFin-duals (suc n) f = cong (f zero D.+_) (sumFin-duals n λ i → f (suc i))

-- A sum of dual numbers is the sum of the primal parts and of the tangents.
sum-duals : ∀ s (f : TensorOver duals s) →
            Over.sum dualRing s f ≡
            (sum s (λ i → primal (f i)) +ε sum s (λ i → tangent (f i)))
sum-duals (vec n) f = sumFin-duals n f
sum-duals (s ⊗ t) f = trans
  (Over.sum-cong dualRing s λ i → sum-duals t λ j → f (i , j))
  (sum-duals s _)
