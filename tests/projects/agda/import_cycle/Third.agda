module Third where

import Fault
