{-# OPTIONS --no-load-primitives #-}

module Fault where

