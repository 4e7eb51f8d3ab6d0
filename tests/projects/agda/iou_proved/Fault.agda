module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

later : 3 * 0 ≡ 0
later = refl
