module Fault where

open import Base

module In where

  {-# TERMINATING #-}
  claim : ⊥
  claim = claim

postulate another : ⊥
