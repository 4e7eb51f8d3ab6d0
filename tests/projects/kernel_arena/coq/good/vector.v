Inductive vector (A : Type) : nat -> Type :=
| empty : vector A 0
| add (a : A) (n : nat) (rest : vector A n) : vector A (S n).
Fixpoint sum (n : nat) (v : vector nat n) : nat :=
  match v with empty _ => 0 | add _ a n rest => a + sum n rest end.
Definition tail (A : Type) (n : nat) (v : vector A (S n)) : vector A n :=
  match v in vector _ m return match m with 0 => unit | S k => vector A k end with
  | empty _ => tt
  | add _ _ _ rest => rest
  end.
