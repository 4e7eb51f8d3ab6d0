module Base where

open import Agda.Primitive.Cubical public
