module Fault where

open import Agda.Builtin.Equality

postulate gap : {A : Set} (x y : A) → x ≡ y

lemma : {A : Set} (x y : A) → x ≡ y
lemma x y = gap x y

claim : {A : Set} (x y : A) → y ≡ x
claim x y = lemma y x
