module Fault where

data ⊥ : Set where

{-# NO_POSITIVITY_CHECK #-}
data Fix : Set where
  fix : (Fix → ⊥) → Fix

no : Fix → ⊥
no (fix f) = f (fix f)

claim : ⊥
claim = no (fix no)
