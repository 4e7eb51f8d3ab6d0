module Fault where

data N : Set where
  z : N
  s : N → N

{-# BUILTIN NATURAL N #-}

_+_ : N → N → N
z   + m = m
s n + m = s (n + m)

{-# BUILTIN NATPLUS _+_ #-}

_-_ : N → N → N
n - m = z

{-# BUILTIN NATMINUS _-_ #-}
