Inductive boxed (A : Type) := box : A -> boxed A.
Inductive stack := top : boxed stack -> stack | bottom.
Fixpoint height (s : stack) : nat :=
  match s with bottom => 0 | top b => match b with box _ t => S (height t) end end.
