From honest_import Require Import lemmas.
Lemma twice (n : nat) : n + 0 + 0 = n.
Proof. now rewrite !addn0. Qed.
