module Fault where

import Fault
