\begin{code}
module Lemmas where

data Unit : Set where
  unit : Unit
\end{code}
