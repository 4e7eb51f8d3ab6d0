{-# OPTIONS --large-indices #-}

module Fault where

claim : Set₁
claim = Set
