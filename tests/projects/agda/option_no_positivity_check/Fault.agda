{-# OPTIONS --no-positivity-check #-}

module Fault where

claim : Set₁
claim = Set
