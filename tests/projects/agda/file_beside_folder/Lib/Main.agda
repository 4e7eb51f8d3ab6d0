module Lib.Main where

open import Lib

claim : Unit
claim = unit
