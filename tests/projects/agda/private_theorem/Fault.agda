module Fault where

private
  claim : Set₁
  claim = Set
