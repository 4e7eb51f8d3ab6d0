module Honest where

open import Agda.Builtin.Equality
open import Agda.Builtin.Bool

infix 5 ¬′_

¬′_ : Bool → Bool
¬′ true  = false
¬′ false = true

module In (A : Set) where

  ¬′-involutive : (b : Bool) → ¬′ ¬′ b ≡ b
  ¬′-involutive true  = refl
  ¬′-involutive false = refl
