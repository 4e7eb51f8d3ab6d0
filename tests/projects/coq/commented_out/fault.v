(* Lemma claim : False. Proof. exact I. Qed. *)
