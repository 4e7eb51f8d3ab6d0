------------------------------------------------------------------------
-- The identity, and the chain rule
--
-- Programs compose, and the backward map of a composition runs that of
-- the last program first: b (x, w) = b_F (x, b_G (F x, w)).
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Composition (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Program R

identity : ∀ {s} → Program s s
identity = record
  { run      = λ _ x → x
  ; run-cong = λ _ e → e
  ; natural  = λ _ _ _ → refl
  }

-- The identity passes cotangents through.
identity-vjp : ∀ {s} → Vjp (identity {s})
identity-vjp = record
  { backward = λ _ w → w
  ; correct  = λ _ _ _ → refl
  }

infixr 9 _∘_

_∘_ : ∀ {s t u} → Program t u → Program s t → Program s u
G ∘ F = record
  { run      = λ A x → run G A (run F A x)
  ; run-cong = λ A e → run-cong G A (run-cong F A e)
  ; natural  = λ x v k → trans
      (cong primal (run-cong G duals (run-duals F x v) k))
      (natural G (value F x) (derivative F x v) k)
  }

-- The derivative of a composition is the composition of the derivatives.
chain-rule : ∀ {s t u} (G : Program t u) (F : Program s t) x v →
             derivative (G ∘ F) x v ≗ derivative G (value F x) (derivative F x v)
chain-rule G F x v k = cong tangent (run-cong G duals (run-duals F x v) k)

-- The backward map of a composition.
∘-vjp : ∀ {s t u} {G : Program t u} {F : Program s t} →
        Vjp G → Vjp F → Vjp (G ∘ F)
∘-vjp {G = G} {F} VG VF = record
  { backward = λ x w → backward VF x (backward VG (value F x) w)
  ; correct  = λ x v w → let y = value F x; u = derivative F x v in begin
      dot (derivative (G ∘ F) x v) w
        ≡⟨ dot-cong (chain-rule G F x v) (λ _ → refl) ⟩
      dot (derivative G y u) w
        ≡⟨ correct VG y u w ⟩
      dot u (backward VG y w)
        ≡⟨ correct VF x v (backward VG y w) ⟩
      dot v (backward VF x (backward VG y w))  ∎
  }
