module Fault where

open import Shared
