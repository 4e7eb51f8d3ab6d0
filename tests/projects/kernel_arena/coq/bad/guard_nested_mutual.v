Fixpoint climb (n : nat) : nat :=
  match n with
  | 0 => 0
  | S low =>
    (fix keep (held left : nat) {struct left} : nat :=
       match left with 0 => held | S rest => raise (S held) rest end
     with raise (given left : nat) {struct left} : nat :=
       match left with 0 => S (climb given) | S rest => keep given rest end
     for keep) low low
  end.
Lemma step (n : nat) : climb (S n) =
  (fix keep (held left : nat) {struct left} : nat :=
     match left with 0 => held | S rest => raise (S held) rest end
   with raise (given left : nat) {struct left} : nat :=
     match left with 0 => S (climb given) | S rest => keep given rest end
   for keep) n n.
Proof. reflexivity. Qed.
Lemma loop : climb 2 = S (climb 2).
Proof. etransitivity; [rewrite step |]; reflexivity. Qed.
Lemma never : forall n, n = S n -> False.
Proof. induction n; intro e; [discriminate | apply IHn; congruence]. Qed.
Theorem absurd : False. Proof. exact (never _ loop). Qed.
