{-# OPTIONS --cumulativity #-}

module Fault where

claim : Set₂
claim = Set
