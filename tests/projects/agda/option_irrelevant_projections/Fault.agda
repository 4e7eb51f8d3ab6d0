{-# OPTIONS --irrelevant-projections #-}

module Fault where

claim : Set₁
claim = Set
