Fixpoint last (n m : nat) {struct m} : nat := match m with 0 => n | S k => last (S n) k end.
