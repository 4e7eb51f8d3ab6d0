module Fault where

open import Base
