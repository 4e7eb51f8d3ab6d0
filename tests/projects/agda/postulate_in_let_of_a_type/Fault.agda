module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Bool

claim : true ≡ false
claim = lemma
  where
  lemma : let postulate gap : true ≡ false in true ≡ false
  lemma = let private module In where
                abstract postulate gap : true ≡ false
          in In.gap
