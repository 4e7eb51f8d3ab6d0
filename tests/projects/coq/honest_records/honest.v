Set Primitive Projections.
Record point := { x : nat; y : nat }.
Lemma claim (p : point) : p = {| x := x p; y := y p |}.
Proof. reflexivity. Qed.
