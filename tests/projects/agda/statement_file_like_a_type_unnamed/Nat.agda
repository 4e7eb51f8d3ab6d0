module Nat where

open import Agda.Builtin.Equality
import Agda.Builtin.Nat as N

zero : N.Nat
zero = 1

claim : zero ≡ 1
claim = refl
