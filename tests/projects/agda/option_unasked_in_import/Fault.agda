{-# OPTIONS --prop #-}

module Fault where

import Base
