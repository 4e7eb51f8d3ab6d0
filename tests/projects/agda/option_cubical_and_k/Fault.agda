{-# OPTIONS --cubical --with-K #-}

module Fault where

claim : Set₁
claim = Set
