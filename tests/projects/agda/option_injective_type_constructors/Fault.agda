{-# OPTIONS --injective-type-constructors #-}

module Fault where

claim : Set₁
claim = Set
