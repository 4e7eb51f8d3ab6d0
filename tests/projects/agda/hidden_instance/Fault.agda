module Fault where

data ⊥ : Set where

claim : {{⊥}} → ⊥
claim {{absurd}} = absurd
