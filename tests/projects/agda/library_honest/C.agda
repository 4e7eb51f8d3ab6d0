{-# OPTIONS --guardedness #-}

module C where

record Stream (A : Set) : Set where
  coinductive
  field
    head : A
    tail : Stream A

open Stream public

always : {A : Set} → A → Stream A
always x .head = x
always x .tail = always x
