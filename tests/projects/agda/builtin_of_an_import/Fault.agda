module Fault where

open import Agda.Builtin.Equality
open import Agda.Builtin.Nat
import Base

claim : Set₁
claim = Set
