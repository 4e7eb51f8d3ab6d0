From Coq Require Import List.
Require honest_statements.base.

Inductive tree (A : Type) : Type := leaf | node (a : A) (left right : tree A).
Arguments leaf {A}.
Fixpoint tree_size {A} (t : tree A) : nat :=
  match t with leaf => 0 | node _ _ l r => S (tree_size l + tree_size r) end.
Record point := { first : nat; second : nat }.
Definition origin := {| first := 0; second := 0 |}.
Definition double (n : nat) := n + n.

Lemma library (l : list nat) : rev (rev l) = l.
Proof. apply rev_involutive. Qed.
Lemma own : tree_size (@leaf nat) = 0.
Proof. reflexivity. Qed.
Lemma record : first origin = 0.
Proof. reflexivity. Qed.
Lemma imported A : honest_statements.base.same A A.
Proof. reflexivity. Qed.
Lemma computed : 2 + 2 = 4.
Proof. reflexivity. Qed.
Lemma large : double 5000 = 10000.
Proof. reflexivity. Qed.
#[universes(polymorphic)]
Lemma polymorphic (A : Type) (x : A) : x = x.
Proof. reflexivity. Qed.

Module Nat.
Definition add (n m : nat) := 5.
End Nat.
#[global] Coercion always (b : bool) : Prop := True.
#[global] Arguments rev : clear implicits.
#[global] Set Universe Polymorphism.
#[global] Set Default Timeout 1.
