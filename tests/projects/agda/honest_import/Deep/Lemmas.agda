module Deep.Lemmas where

open import Agda.Builtin.Equality

lemma : {A : Set} {x : A} → x ≡ x
lemma = refl
