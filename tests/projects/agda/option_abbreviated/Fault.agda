{-# OPTIONS --guardedn #-}

module Fault where

claim : Set₁
claim = Set
