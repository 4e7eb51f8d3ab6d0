-- The claim would be about all proofs of an empty type.
module Fault where

data ⊥ : Set where

False : ⊥ → Set
False _ = ⊥

variable fact : ⊥

claim : False fact
claim {fact = f} = f
