Unset Positivity Checking.
Inductive positive : Type := positive_c : ((positive -> nat) -> nat) -> positive.
