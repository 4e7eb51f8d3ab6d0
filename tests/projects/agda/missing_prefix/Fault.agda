module Library.Fault where

claim : Set₁
claim = Set
