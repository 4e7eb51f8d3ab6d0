From Coq Require Import Ring Arith.
From Fourfold.Algebra Require Import rings sums.

(******************************************************************************)
(* Dot product and adjoint                                                    *)
(*                                                                            *)
(*   dot n v w          == v_0 w_0 + ... + v_(n-1) w_(n-1)                    *)
(*   is_adjoint n m A B == <A v, w> = <v, B w> for all v of n and w of m      *)
(*                         components: B is the transpose of A                *)
(*                                                                            *)
(* The adjoint is unique, and that of a composition is the composition of     *)
(* the adjoints, in the opposite order.                                       *)
(*                                                                            *)
(* Source: S. Lang, Algebra (3rd ed., Springer 2002), section XIII.5.         *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Section adjoint.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).
Implicit Types v w : vec K.

Definition dot n v w : K := sum n (fun i => v i * w i).

Definition is_adjoint n m (A B : vec K -> vec K) : Prop :=
  forall v w, dot m (A v) w = dot n v (B w).

Lemma dot_comm n v w : dot n v w = dot n w v.
Proof. apply sum_ext; intros i _; ring. Qed.

Lemma dot_ext n v v' w w' : agree n v v' -> agree n w w' -> dot n v w = dot n v' w'.
Proof. intros vv ww; apply sum_ext; intros i lt_i; now rewrite vv, ww. Qed.

Lemma dot_add_left n v v' w : dot n (fun i => v i + v' i) w = dot n v w + dot n v' w.
Proof.
unfold dot; rewrite <- sum_add; apply sum_ext; intros i _; ring.
Qed.

Lemma dot_add_right n v w w' : dot n v (fun i => w i + w' i) = dot n v w + dot n v w'.
Proof. rewrite dot_comm, dot_add_left, (dot_comm n w), (dot_comm n w'); reflexivity. Qed.

(* A factor may be moved from one side to the other, component by component.  *)
Lemma dot_mul n (d v w : vec K) :
  dot n (fun i => d i * v i) w = dot n v (fun i => d i * w i).
Proof. apply sum_ext; intros i _; ring. Qed.

(* The dot product with a unit vector is a component.                         *)
Lemma dot_delta n v i : i < n -> dot n v (delta K i) = v i.
Proof.
intros lt_i; unfold dot; rewrite sum_delta.
now apply Nat.ltb_lt in lt_i; rewrite lt_i.
Qed.

(* Vectors with the same dot products are equal.                              *)
Lemma dot_separates n w w' : (forall v, dot n v w = dot n v w') -> agree n w w'.
Proof.
intros same i lt_i.
now rewrite <- (dot_delta w lt_i), <- (dot_delta w' lt_i), dot_comm, same, dot_comm.
Qed.

(* A map has at most one adjoint.                                             *)
Theorem adjoint_unique n m A B B' :
  is_adjoint n m A B -> is_adjoint n m A B' -> forall w, agree n (B w) (B' w).
Proof.
intros AB AB' w; apply dot_separates; intros v; now rewrite <- AB, <- AB'.
Qed.

(* The identity is its own adjoint.                                           *)
Theorem adjoint_id n : is_adjoint n n (fun v => v) (fun w => w).
Proof. intros v w; reflexivity. Qed.

(* The adjoint of a composition applies the adjoints in the opposite order.   *)
Theorem adjoint_comp n m p A B C D :
  is_adjoint n m A B -> is_adjoint m p C D ->
  is_adjoint n p (fun v => C (A v)) (fun w => B (D w)).
Proof. intros AB CD v w; now rewrite CD, AB. Qed.

(* The adjoint of a sum is the sum of the adjoints.                           *)
Theorem adjoint_add n m A B C D :
  is_adjoint n m A B -> is_adjoint n m C D ->
  is_adjoint n m (fun v j => A v j + C v j) (fun w i => B w i + D w i).
Proof. intros AB CD v w; now rewrite dot_add_left, AB, CD, <- dot_add_right. Qed.

End adjoint.
