module Honest where

open import Deep.Lemmas
open import Agda.Builtin.Equality
open import Agda.Builtin.Bool

claim : true ≡ true
claim = lemma
