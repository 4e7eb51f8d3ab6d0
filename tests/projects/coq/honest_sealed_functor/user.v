From honest_sealed_functor Require main.
Module Again := main.Make main.Three.
Lemma claim : Again.size = Again.size + 0 /\ main.Made.size = main.Made.size + 0.
Proof. split; [exact Again.law | exact main.Made.law]. Qed.
