module Honest where

open import Base public

claim : (n : Nat) → double n ≡ n + n
claim _ = refl
