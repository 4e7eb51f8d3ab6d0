module Shared where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

holds : 2 ≡ 2
holds = refl
