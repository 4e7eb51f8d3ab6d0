------------------------------------------------------------------------
-- Sums of programs, and residual connections
--
-- Where a value is used twice, its cotangents add: the backward map of
-- F ⊞ G is the sum of those of F and G.  A residual connection F x + x
-- is the case in which G is the identity.
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.FanOut (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Program R
open import Fourfold.Composition R

open CommutativeRing R

infixl 6 _⊞_

_⊞_ : ∀ {s t} → Program s t → Program s t → Program s t
F ⊞ G = record
  { run      = λ A x i → let open CommutativeRing (Algebra.ring A) renaming (_+_ to _⊕_)
                         in run F A x i ⊕ run G A x i
  ; run-cong = λ A e i → let open CommutativeRing (Algebra.ring A) renaming (_+_ to _⊕_)
                         in cong₂ _⊕_ (run-cong F A e i) (run-cong G A e i)
  ; natural  = λ x v i → cong₂ _+_ (natural F x v i) (natural G x v i)
  }

-- The derivative of a sum is the sum of the derivatives.
sum-rule : ∀ {s t} (F G : Program s t) x v →
           derivative (F ⊞ G) x v ≗ λ j → derivative F x v j + derivative G x v j
sum-rule F G x v j = refl

-- Cotangents add where a value is used twice.
⊞-vjp : ∀ {s t} {F G : Program s t} → Vjp F → Vjp G → Vjp (F ⊞ G)
⊞-vjp {F = F} {G} VF VG = record
  { backward = λ x w i → backward VF x w i + backward VG x w i
  ; correct  = λ x v w → begin
      dot (derivative (F ⊞ G) x v) w
        ≡⟨ dot-+ˡ (derivative F x v) (derivative G x v) w ⟩
      dot (derivative F x v) w + dot (derivative G x v) w
        ≡⟨ cong₂ _+_ (correct VF x v w) (correct VG x v w) ⟩
      dot v (backward VF x w) + dot v (backward VG x w)
        ≡˘⟨ dot-+ʳ v (backward VF x w) (backward VG x w) ⟩
      dot v (λ i → backward VF x w i + backward VG x w i)  ∎
  }

residual : ∀ {s} → Program s s → Program s s
residual F = F ⊞ identity

-- The cotangent of a residual connection: that of the branch plus w itself.
residual-vjp : ∀ {s} {F : Program s s} → Vjp F → Vjp (residual F)
residual-vjp VF = ⊞-vjp VF identity-vjp

residual-backward : ∀ {s} {F : Program s s} (VF : Vjp F) x w i →
                    backward (residual-vjp VF) x w i ≡ backward VF x w i + w i
residual-backward VF x w i = refl
