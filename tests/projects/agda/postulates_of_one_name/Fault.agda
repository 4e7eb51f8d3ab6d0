module Fault where

data ⊥ : Set where

idle : (A : Set) → A → A
idle = choose
  where postulate choose : (A : Set) → A → A

claim : ⊥
claim = choose
  where postulate choose : ⊥
