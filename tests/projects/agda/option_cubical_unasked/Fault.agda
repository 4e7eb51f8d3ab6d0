{-# OPTIONS --cubical #-}

module Fault where

claim : Set₁
claim = Set
