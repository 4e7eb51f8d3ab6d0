------------------------------------------------------------------------
-- Elementwise products
--
-- The backward map of F ⊙ G sends w to b_F (x, G x ⊙ w) + b_G (x, F x ⊙ w).
------------------------------------------------------------------------

{-# OPTIONS --without-K --safe #-}

open import Fourfold.Ring

module Fourfold.Product (R : CommutativeRing) where

open import Fourfold.Base
open import Fourfold.Program R

open CommutativeRing R

infixl 7 _⊙_

_⊙_ : ∀ {s t} → Program s t → Program s t → Program s t
F ⊙ G = record
  { run      = λ A x i → let open CommutativeRing (Algebra.ring A) renaming (_*_ to _⊛_)
                         in run F A x i ⊛ run G A x i
  ; run-cong = λ A e i → let open CommutativeRing (Algebra.ring A) renaming (_*_ to _⊛_)
                         in cong₂ _⊛_ (run-cong F A e i) (run-cong G A e i)
  ; natural  = λ x v i → cong₂ _*_ (natural F x v i) (natural G x v i)
  }

-- The product rule.
product-rule : ∀ {s t} (F G : Program s t) x v j →
               derivative (F ⊙ G) x v j ≡
               value F x j * derivative G x v j + value G x j * derivative F x v j
product-rule F G x v j = cong₂ _+_
  (cong (_* derivative G x v j) (natural F x v j))
  (trans (cong (derivative F x v j *_) (natural G x v j))
         (*-comm (derivative F x v j) (value G x j)))

-- The backward map of an elementwise product.
⊙-vjp : ∀ {s t} {F G : Program s t} → Vjp F → Vjp G → Vjp (F ⊙ G)
⊙-vjp {F = F} {G} VF VG = record
  { backward = λ x w i →
      backward VG x (λ j → value F x j * w j) i +
      backward VF x (λ j → value G x j * w j) i
  ; correct  = λ x v w →
      let F′ = derivative F x v
          G′ = derivative G x v
          wF = λ j → value F x j * w j
          wG = λ j → value G x j * w j
      in begin
      dot (derivative (F ⊙ G) x v) w
        ≡⟨ dot-cong (product-rule F G x v) (λ _ → refl) ⟩
      dot (λ j → value F x j * G′ j + value G x j * F′ j) w
        ≡⟨ dot-+ˡ (λ j → value F x j * G′ j) (λ j → value G x j * F′ j) w ⟩
      dot (λ j → value F x j * G′ j) w + dot (λ j → value G x j * F′ j) w
        ≡⟨ cong₂ _+_ (dot-* (value F x) G′ w) (dot-* (value G x) F′ w) ⟩
      dot G′ wF + dot F′ wG
        ≡⟨ cong₂ _+_ (correct VG x v wF) (correct VF x v wG) ⟩
      dot v (backward VG x wF) + dot v (backward VF x wG)
        ≡˘⟨ dot-+ʳ v (backward VG x wF) (backward VF x wG) ⟩
      dot v (λ i → backward VG x wF i + backward VF x wG i)  ∎
  }
