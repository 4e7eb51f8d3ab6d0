Section Climb.
  Variable climb : nat -> nat.
  Fixpoint keep (held left : nat) {struct left} : nat :=
    match left with 0 => S held | S rest => let go := raise in go (S held) rest end
  with raise (given left : nat) {struct left} : nat :=
    match left with 0 => S (climb given) | S rest => keep given rest end.
End Climb.
Fixpoint endless (n : nat) : nat :=
  let found := match n with 0 => 0 | S low => keep endless low n end in found.
Theorem loop (n : nat) : n = endless 1 ->
  match endless 1 with 0 => False | S before => n = before end.
Proof.
  intro e. cbn [endless]. lazy delta [keep]. lazy beta iota zeta head. apply e.
Qed.
Lemma never (n : nat) : S n = n -> False.
Proof. induction n; intro e; [discriminate | apply IHn; congruence]. Qed.
Lemma no_cycle (n : nat) : match n with 0 => False | S before => n = before end -> False.
Proof. destruct n; [trivial | apply never]. Qed.
Theorem absurd : False. Proof. eapply no_cycle, loop. reflexivity. Qed.
