Fixpoint argument (n m : nat) {struct n} : nat := match n with 0 => m | S k => argument k
    (argument k m) end.
