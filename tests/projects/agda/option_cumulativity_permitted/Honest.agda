{-# OPTIONS --cumulativity #-}

module Honest where

claim : Set₂
claim = Set
