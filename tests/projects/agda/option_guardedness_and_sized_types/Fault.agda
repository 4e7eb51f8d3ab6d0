{-# OPTIONS --guardedness --sized-types #-}

module Fault where

claim : Set₁
claim = Set
