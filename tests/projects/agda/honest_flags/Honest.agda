-- Under flags that permit nothing, universes have to be imported by name.
module Honest where

open import Agda.Primitive using (Set)
open import Agda.Builtin.Equality

same : {A : Set} (x : A) → x ≡ x
same x = refl
