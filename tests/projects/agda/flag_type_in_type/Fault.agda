module Fault where

claim : Set
claim = Set
