module Iou where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat

postulate later : ∀ n → n * 0 ≡ 0

claim : 3 * 0 ≡ 0
claim = later 3
