module Honest where

open import Agda.Primitive.Cubical using (i0; i1; primHComp)
open import Agda.Builtin.Cubical.Path using (_≡_)
open import Agda.Builtin.Sigma using (Σ; _,_)

trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans {x = x} p q i = primHComp (λ { j (i = i0) → x ; j (i = i1) → q j }) (p i)

swap : {A B : Set} → Σ A (λ _ → B) → Σ B (λ _ → A)
swap pair with (a , b) ← pair = b , a
