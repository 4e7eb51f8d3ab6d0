Inductive tree := node : forest -> tree
with forest := none : forest | some : tree -> forest -> forest.
Fixpoint count (t : tree) : nat := match t with node f => S (counts f) end
with counts (f : forest) : nat :=
  match f with none => 0 | some t rest => count t + counts rest end.
