module Honest where

postulate choose : (A : Set) → A → A

claim : (A : Set) → A → A
claim = choose
