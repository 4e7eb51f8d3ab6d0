Fixpoint endless (u : unit) {struct u} : False.
Proof.
  refine (let none (b : False) := match b return False with end in
          let same (x : unit) := x in
          endless ((_ : unit -> unit) u)).
  fix inner 1. exact same.
Defined.
Theorem absurd : False. Proof. exact (endless tt). Qed.
