{-# OPTIONS -W noSafeFlagPostulate #-}

module Fault where

data ⊥ : Set where

postulate claim : ⊥
