Module Type Number. Parameter number : nat. End Number.
Module Twice (N : Number).
Fixpoint twice (n : nat) : nat := match n with 0 => N.number | S k => S (twice k) end.
End Twice.
Module Two. Definition number := 2. End Two.
Module Used := Twice Two.
