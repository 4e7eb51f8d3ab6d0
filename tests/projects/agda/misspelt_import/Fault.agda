module Fault where

import Lemma
