Unset Guard Checking.
Inductive rose := branch : list rose -> rose.
Fixpoint weight (r : rose) : nat := match r with branch l => S (weight (branch l)) end.
