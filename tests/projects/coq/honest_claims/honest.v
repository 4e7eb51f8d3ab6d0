Definition direct : 1 = 1 := eq_refl.
Lemma defined : 2 = 2.
Proof. reflexivity. Defined.
Definition sort := Prop.
Definition goal : sort := True.
Lemma hidden : goal.
Proof. exact I. Qed.
Class Small (n : nat) := small : n < 2.
#[global] Instance instance : Small 1.
Proof. constructor. Qed.
Section Any.
Variable n : nat.
Lemma in_section : n = n.
Proof. reflexivity. Qed.
End Any.
Module Type Claims. Parameter claim : True. End Claims.
Module Inner : Claims.
Lemma claim : True.
Proof. exact I. Qed.
End Inner.
