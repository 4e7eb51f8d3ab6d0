module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat renaming (suc to S)

zero′ : Nat
zero′ = S zero

syntax-of : Nat
syntax-of = 0

pattern zer = S zero

claim : zer ≡ 1
claim = refl
