Fixpoint endless (u : unit) {struct u} : False :=
  (fix hand_back (n : nat) {struct n} : unit -> False :=
     match n with
     | 0 => endless
     | S low => hand_back low
     end) 2 u.
Theorem absurd : False. Proof. exact (endless tt). Qed.
