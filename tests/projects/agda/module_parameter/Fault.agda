module Fault (A : Set) (a : A) where

claim : A
claim = a
