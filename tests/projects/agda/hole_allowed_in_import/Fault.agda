module Fault where

open import Base

again : ⊥
again = claim
