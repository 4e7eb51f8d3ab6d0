module Library.Part.Honest where

claim : Set₁
claim = Set
