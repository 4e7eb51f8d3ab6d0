{-# OPTIONS --ignore-interfaces #-}

module Fault where

claim : Set₁
claim = Set
