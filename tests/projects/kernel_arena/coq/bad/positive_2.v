Unset Positivity Checking.
Inductive sink (A : Type) := drain : (A -> nat) -> sink A.
Inductive positive : Type := positive_c : (nat -> positive) -> sink positive -> positive.
