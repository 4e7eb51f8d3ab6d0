{-# OPTIONS --type-in-type #-}

module Fault where

claim : Set
claim = Set
