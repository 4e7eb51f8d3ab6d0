module Fault where

open import Base

claim : ⊥
claim = gap
