{-# OPTIONS --guardedness #-}

module Fault where

claim : Set₁
claim = Set
