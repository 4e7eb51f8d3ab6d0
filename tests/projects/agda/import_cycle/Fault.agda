module Fault where

import Second
