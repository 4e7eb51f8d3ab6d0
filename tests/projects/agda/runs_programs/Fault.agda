module Fault where

open import Agda.Builtin.Reflection.External

claim : Set₁
claim = Set
