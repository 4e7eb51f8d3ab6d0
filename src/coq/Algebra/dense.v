From Coq Require Import Ring Arith Lia.
From Fourfold.Algebra Require Import rings sums dual adjoint vjp.

(******************************************************************************)
(* Dense layer                                                                *)
(*                                                                            *)
(*   dense n W c x == y with y_j = x_0 W_0j + ... + x_(n-1) W_(n-1)j + c_j    *)
(*   matrix m w    == the matrix with m columns that the vector w holds, row  *)
(*                    by row: entry i, j is w_(i m + j)                       *)
(*                                                                            *)
(* Each of the input, the weight and the bias is a variable in one theorem,   *)
(* and the other two are constants, which dual numbers hold without tangent.  *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), section 6.5.                                                        *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Definition dense (K : commutative_ring) n (W : nat -> vec K) (c x : vec K) : vec K :=
  fun j => sum n (fun i => x i * W i j) + c j.

Definition matrix (K : commutative_ring) m (w : vec K) : nat -> vec K :=
  fun i j => w (i * m + j)%nat.

Section dense.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).
Implicit Types (W : nat -> vec K) (c x v w : vec K).

(* Backward with respect to the input: dx_i = W_i0 dy_0 + ..., that is W dy.  *)
Theorem vjp_dense_input n m W c :
  is_vjp n m (dense n (fun i => constants (W i)) (constants c)) (dense n W c)
    (fun _ v j => sum n (fun i => v i * W i j))
    (fun _ w i => sum m (fun j => W i j * w j)).
Proof.
split.
- intros u x v agrees j _; unfold dense; rewrite sum_dual; simpl; unfold dual_add; simpl.
  f_equal; [f_equal|rewrite add_zero_right];
    apply sum_ext; intros i lt_i; rewrite (agrees i lt_i); simpl; ring.
- intros _ v w; unfold dot.
  transitivity (sum m (fun j => sum n (fun i => v i * W i j * w j))).
    now apply sum_ext; intros j _; rewrite <- sum_mul_right.
  rewrite sum_swap; apply sum_ext; intros i _; rewrite <- sum_mul_left.
  apply sum_ext; intros j _; ring.
Qed.

Lemma row_of (m i j : nat) : j < m -> ((i * m + j) / m)%nat = i.
Proof. intros lt_j; symmetry; apply (Nat.div_unique _ m i j); lia. Qed.

Lemma column_of (m i j : nat) : j < m -> ((i * m + j) mod m)%nat = j.
Proof. intros lt_j; symmetry; apply (Nat.mod_unique _ m i j); lia. Qed.

(* Backward with respect to the weight: dW_ij = x_i dy_j, row by row.         *)
Theorem vjp_dense_weight n m c x :
  is_vjp (n * m) m
    (fun u => dense n (matrix m u) (constants c) (constants x))
    (fun w => dense n (matrix m w) c x)
    (fun _ v j => sum n (fun i => x i * matrix m v i j))
    (fun _ w q => x (q / m)%nat * w (q mod m)).
Proof.
split.
- intros u w v agrees j lt_j; unfold dense; rewrite sum_dual; simpl; unfold dual_add; simpl.
  f_equal; [f_equal|rewrite add_zero_right];
    apply sum_ext; intros i lt_i; unfold matrix; rewrite agrees by nia; simpl; ring.
- intros _ v w; unfold dot; rewrite sum_rows.
  transitivity (sum m (fun j => sum n (fun i => x i * matrix m v i j * w j))).
    now apply sum_ext; intros j _; rewrite <- sum_mul_right.
  rewrite sum_swap; apply sum_ext; intros i _; apply sum_ext; intros j lt_j.
  rewrite row_of, column_of by assumption; unfold matrix; ring.
Qed.

(* Backward with respect to the bias: dc = dy.                                *)
Theorem vjp_dense_bias n m W x :
  is_vjp m m
    (fun u => dense n (fun i => constants (W i)) u (constants x))
    (fun c => dense n W c x) (fun _ v => v) (fun _ w => w).
Proof.
split; [|intros _; apply adjoint_id].
intros u c v agrees j lt_j; unfold dense; rewrite sum_dual, (agrees j lt_j); simpl.
unfold dual_add; simpl; f_equal.
rewrite sum_null by (intros i _; simpl; ring); apply add_zero_left.
Qed.

End dense.
