Fixpoint climb (u : unit) {struct u} : Set.
Proof.
  refine (let yes := true in let idle : unit -> unit -> unit := _ in unit).
  fix idle 2. exact (fun (left : if yes then unit else climb tt) (right : unit) => tt).
Defined.
