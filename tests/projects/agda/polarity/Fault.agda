module Fault where

postulate F : Set → Set

{-# POLARITY F ++ #-}

data Fix : Set where
  fix : F Fix → Fix
