module Fault where

open import Agda.Builtin.List
open import Agda.Builtin.Reflection

data ⊥ : Set where

unquoteDecl claim = declarePostulate
  (arg (arg-info visible (modality relevant quantity-ω)) claim) (def (quote ⊥) [])
