module Fault where

claim : Set₁ →
