module Fault where

import Agda.Builtin.Cubical.Path

claim : Set₁
claim = Set
