Inductive positive : Type := positive_c : (nat -> positive) -> list positive -> positive.
