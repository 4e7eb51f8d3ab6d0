module Fault (⊥ : Set) (absurd : ⊥) where

claim : ⊥
claim = absurd
