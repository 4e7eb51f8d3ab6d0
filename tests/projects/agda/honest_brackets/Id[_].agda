-- Agda takes brackets in names of modules, which are no glob.
module Id[_] where

open import Agda.Builtin.Equality

same : {A : Set} (x : A) → x ≡ x
same x = refl
