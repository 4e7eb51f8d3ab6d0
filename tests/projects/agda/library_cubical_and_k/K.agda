module K where

open import Agda.Builtin.Equality

k : {A : Set} {x : A} (p : x ≡ x) → p ≡ refl
k refl = refl
