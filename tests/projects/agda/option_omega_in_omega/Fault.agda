{-# OPTIONS --omega-in-omega #-}

module Fault where

claim : Set₁
claim = Set
