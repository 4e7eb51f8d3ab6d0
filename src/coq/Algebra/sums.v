From Coq Require Import Ring Arith Lia.
From Fourfold.Algebra Require Import rings.

(******************************************************************************)
(* Finite sums over a commutative ring                                        *)
(*                                                                            *)
(*   sum n f   == f 0 + ... + f (n - 1), and 0 for n = 0                      *)
(*   delta a b == 1 if a = b, and 0 otherwise (Kronecker's delta)             *)
(*                                                                            *)
(* Sums are equal if their terms are (sum_ext), are linear (sum_add,          *)
(* sum_mul_left), may be exchanged (sum_swap), read row by row (sum_rows),    *)
(* and pick one term with a delta (sum_delta).                                *)
(*                                                                            *)
(* Source: R. Graham, D. Knuth, O. Patashnik, Concrete Mathematics (2nd ed.,  *)
(* Addison-Wesley 1994), sections 2.3 and 2.4.                                *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Section sums.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).

Fixpoint sum (n : nat) (f : vec K) : K :=
  match n with
  | O => 0
  | S m => sum m f + f m
  end.

Definition delta (a b : nat) : K := if Nat.eqb a b then 1 else 0.

(* Sums with the same terms are equal.                                        *)
Lemma sum_ext n f g : agree n f g -> sum n f = sum n g.
Proof.
induction n as [|n IH]; intros fg; [reflexivity|]; simpl.
now rewrite (fg n) by lia; rewrite IH by (intros i lt_i; apply fg; lia).
Qed.

(* A sum of zeros is zero.                                                    *)
Lemma sum_zero n : sum n (fun _ => 0) = 0.
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma sum_null n f : (forall i, i < n -> f i = 0) -> sum n f = 0.
Proof. intros null; now rewrite (sum_ext null), sum_zero. Qed.

(* The sum of f + g is the sum of f plus that of g.                           *)
Lemma sum_add n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; ring. Qed.

(* A factor may be taken out of a sum.                                        *)
Lemma sum_mul_left n c f : sum n (fun i => c * f i) = c * sum n f.
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma sum_mul_right n c f : sum n (fun i => f i * c) = sum n f * c.
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; ring. Qed.

(* The order of two sums may be exchanged.                                    *)
Lemma sum_swap m n (f : nat -> nat -> K) :
  sum m (fun i => sum n (fun j => f i j)) = sum n (fun j => sum m (fun i => f i j)).
Proof.
induction m as [|m IH]; simpl; [now rewrite sum_zero|].
now rewrite IH, <- sum_add.
Qed.

(* A sum of m + n terms is that of the first m plus that of the others.       *)
Lemma sum_split m n f : sum (m + n) f = sum m f + sum n (fun i => f (m + i)%nat).
Proof.
induction n as [|n IH]; simpl; [rewrite Nat.add_0_r|rewrite Nat.add_succ_r; simpl; rewrite IH];
  ring.
Qed.

(* A sum over an m by n array, stored row by row, is a sum over its rows.     *)
Lemma sum_rows m n f :
  sum (m * n) f = sum m (fun i => sum n (fun j => f (i * n + j)%nat)).
Proof.
induction m as [|m IH]; simpl; [reflexivity|].
now rewrite Nat.add_comm, sum_split, IH.
Qed.

(* Of a sum with a delta, one term is left, or none.                          *)
Lemma sum_delta n f i :
  sum n (fun j => f j * delta i j) = if Nat.ltb i n then f i else 0.
Proof.
induction n as [|n IH]; simpl; [reflexivity|]; rewrite IH; unfold delta.
destruct (Nat.eqb_spec i n) as [E|E], (Nat.ltb_spec i n), (Nat.ltb_spec i (S n)); try lia;
  [subst i|..]; ring.
Qed.

End sums.
