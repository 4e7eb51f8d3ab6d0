module Fault where

data ⊥ : Set where

private
  module Hidden where
    postulate choose : ⊥

postulate choose : (A : Set) → A → A

abstract
  claim : ⊥
  claim = Hidden.choose
