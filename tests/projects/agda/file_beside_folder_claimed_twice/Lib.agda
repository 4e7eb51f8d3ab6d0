module Lib where

module Main where

  claim : {A : Set} → A → A
  claim x = x
