{-# OPTIONS --only-scope-checking #-}

module Fault where

claim : Set
claim = claim claim
