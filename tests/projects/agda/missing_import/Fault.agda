module Fault where

import Absent
