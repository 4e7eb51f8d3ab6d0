module Fault where

record Stream : Set where
  coinductive
  field next : Stream

{-# ETA Stream #-}
