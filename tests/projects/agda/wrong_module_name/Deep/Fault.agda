module Deep.Other where

claim : Set₁
claim = Set
