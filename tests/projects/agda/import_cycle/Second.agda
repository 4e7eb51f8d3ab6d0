module Second where

import Third
