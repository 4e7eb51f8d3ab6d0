{-# OPTIONS --allow-unsolved-metas #-}

module Base where

data ⊥ : Set where

claim : ⊥
claim = {!!}
