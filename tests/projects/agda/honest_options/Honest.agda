{-# OPTIONS --without-K --safe --exact-split -W noUnknownFixityInMixfixDecl -v0 #-}
{-# OPTIONS --no-guardedness --instance-search-depth=10 --auto-inline #-}

module Honest where

open import Agda.Builtin.Equality

claim : {A : Set} {x : A} → x ≡ x
claim = refl
