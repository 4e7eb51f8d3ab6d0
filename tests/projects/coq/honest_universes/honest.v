Set Universe Polymorphism.
Definition id@{u} (A : Type@{u}) (a : A) := a.
Lemma claim : id _ id nat 3 = 3.
Proof. reflexivity. Qed.
