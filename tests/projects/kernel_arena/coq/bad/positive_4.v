Unset Positivity Checking.
Inductive positive : nat -> Type := positive_c : (forall n, positive n -> False) -> positive 0.
