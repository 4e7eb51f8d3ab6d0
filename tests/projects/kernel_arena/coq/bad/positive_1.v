Unset Positivity Checking.
Inductive positive : Type := positive_c : (positive -> nat) -> list positive -> positive.
