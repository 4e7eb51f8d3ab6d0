module Base where

open import Agda.Builtin.Equality public
open import Agda.Builtin.Nat public

infixl 6 _∙_

double : Nat → Nat
double n = n + n

_∙_ : Nat → Nat → Nat
n ∙ _ = n
