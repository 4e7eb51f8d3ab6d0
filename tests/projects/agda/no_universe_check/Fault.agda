module Fault where

{-# NO_UNIVERSE_CHECK #-}
data Code : Set where
  code : Set → Code

claim : Code
claim = code Code
