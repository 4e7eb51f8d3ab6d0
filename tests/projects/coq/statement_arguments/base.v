Declare Scope odd_scope.
Delimit Scope odd_scope with odd.
Notation "2" := 3 : odd_scope.
#[global] Arguments Nat.add (n m)%odd_scope.
