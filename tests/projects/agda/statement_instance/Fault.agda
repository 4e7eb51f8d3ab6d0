-- What the claim says of numbers would be up to the instance.
module Fault where

open import Agda.Builtin.Nat
open import Agda.Builtin.Unit

record Valued (A : Set) : Set₁ where
  field Prime : A → Set

open Valued {{...}} public

instance
  numbers : Valued Nat
  numbers = record { Prime = λ _ → ⊤ }

claim : (n : Nat) → Prime n
claim _ = tt
