-- Imports a module with brackets in its name.
module User where

open import Agda.Builtin.Equality
open import Id[_]

again : {A : Set} (x : A) → x ≡ x
again x = same x
