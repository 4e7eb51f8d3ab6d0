module Fault where

import Base
