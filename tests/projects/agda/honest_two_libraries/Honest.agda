module Honest where

open import Agda.Builtin.Equality
open import Base

claim : one ≡ 1
claim = refl
