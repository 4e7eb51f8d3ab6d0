module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

pattern two = suc zero

claim : 1 ≡ 1
claim = refl
