Declare Scope odd_scope.
Delimit Scope odd_scope with nat.
Notation "x + y" := (Nat.mul x y) : odd_scope.
#[global] Open Scope odd_scope.
