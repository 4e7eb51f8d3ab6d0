{-# OPTIONS --without-K #-}

module B where

open import Agda.Builtin.Bool public

no : Bool
no = false
