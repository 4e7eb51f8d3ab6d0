{-# OPTIONS -W ignore #-}

module Fault where

data ⊥ : Set where

postulate claim : ⊥
