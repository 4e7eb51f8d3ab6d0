Inductive pointed := point (n : nat) (twice := n + n) : pointed.
Definition doubled (p : pointed) : nat := match p with point n twice => twice end.
