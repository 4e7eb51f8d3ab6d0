module Base where

claim : Set
claim = Set
