module Shared where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

holds : 1 ≡ 1
holds = refl
