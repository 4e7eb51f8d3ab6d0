Section Section_.
Variable f : nat -> nat.
Fixpoint section (n : nat) : nat := match n with 0 => f 0 | S k => f (section k) end.
End Section_.
Definition used := section S 4.
