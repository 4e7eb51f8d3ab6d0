#[global] Set Printing Universes.
#[global] Set Universe Polymorphism.
Axiom gap@{u} : forall A : Type@{u}, A.
Lemma claim : False.
Proof. exact (gap False). Qed.
