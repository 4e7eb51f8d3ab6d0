Unset Guard Checking.
Fixpoint argument (n m : nat) {struct n} : nat := match m with 0 => m | S k => argument k m end.
