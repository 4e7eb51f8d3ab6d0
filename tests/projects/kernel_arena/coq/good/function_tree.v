Inductive wide := leaf : wide | wider : (nat -> wide) -> wide.
Fixpoint probe (w : wide) : nat := match w with leaf => 0 | wider f => S (probe (f 3)) end.
