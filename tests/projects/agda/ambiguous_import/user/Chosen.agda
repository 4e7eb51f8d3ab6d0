module Chosen where

open import Shared
