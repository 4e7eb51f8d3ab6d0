(** Proved with a goal selector that another build tool sets by a flag. *)

Theorem claim : forall n : nat, n + 0 = n /\ True.
Proof.
  split.
  - induction n as [|n IH].
    + reflexivity.
    + simpl. rewrite IH. reflexivity.
  - exact I.
Qed.
