From Coq Require Import Ring Arith Lia.
From Fourfold.Algebra Require Import rings sums dual adjoint vjp dense.

(******************************************************************************)
(* Convolution in one dimension                                               *)
(*                                                                            *)
(* The cross-correlation that deep learning calls convolution, with zero      *)
(* padding:                                                                   *)
(*                                                                            *)
(*   pad p n x       == x moved up by p, with zeros around its n components   *)
(*   conv n k p w c x == y with y_j = w_0 z_j + ... + w_(k-1) z_(j+k-1) + c,  *)
(*                       for z = pad p n x                                    *)
(*                                                                            *)
(* The output has m components for any m; m = n + 2 p - k + 1 reads all of    *)
(* the padded input. The backward pass for the input is again a sum of padded *)
(* vectors: pad t m dy (i + p) is dy_(i+p-t) where that exists.               *)
(*                                                                            *)
(* Source: V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep  *)
(* learning (2016), chapters 2 and 4.                                         *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Definition pad (K : commutative_ring) p n (x : vec K) : vec K :=
  fun q => if Nat.leb p q then if Nat.ltb (q - p) n then x (q - p)%nat else 0 else 0.

Definition conv (K : commutative_ring) n k p (w : vec K) (c : K) (x : vec K) : vec K :=
  fun j => sum k (fun t => w t * pad p n x (j + t)%nat) + c.

Section conv.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).
Implicit Types (x v w : vec K) (c : K).

(* Padding, as a sum with a delta.                                            *)
Lemma pad_delta p n x q : pad p n x q = sum n (fun i => x i * delta K q (i + p)).
Proof.
unfold pad; destruct (Nat.leb_spec p q).
- rewrite <- sum_delta; apply sum_ext; intros i _; unfold delta; f_equal.
  destruct (Nat.eqb_spec (q - p) i), (Nat.eqb_spec q (i + p)); trivial; lia.
- symmetry; apply sum_null; intros i _; unfold delta.
  destruct (Nat.eqb_spec q (i + p)); [lia|ring].
Qed.

(* Padding moves across the dot product.                                      *)
Lemma pad_adjoint n m p t :
  is_adjoint n m (fun v j => pad p n v (j + t)%nat)
    (fun w i => pad t m w (i + p)%nat).
Proof.
intros v w; unfold dot.
transitivity (sum m (fun j => sum n (fun i => v i * w j * delta K (j + t) (i + p)))).
  apply sum_ext; intros j _; rewrite pad_delta, <- sum_mul_right.
  apply sum_ext; intros i _; ring.
rewrite sum_swap; apply sum_ext; intros i _; rewrite pad_delta, <- sum_mul_left.
apply sum_ext; intros j _; unfold delta; rewrite Nat.eqb_sym; ring.
Qed.

(* The padding of a dual vector, part by part.                                *)
Lemma pad_dual p n (u : vec (dual K)) x v :
  agree n u (lift x v) ->
  forall q, pad p n u q = (pad p n x q, pad p n v q).
Proof.
intros agrees q; unfold pad; destruct (Nat.leb p q); [|reflexivity].
destruct (Nat.ltb_spec (q - p) n); [now apply agrees|reflexivity].
Qed.

Lemma pad_constants p n x q : pad p n (constants x) q = constant (pad p n x q).
Proof. now unfold pad; destruct (Nat.leb p q), (Nat.ltb (q - p) n). Qed.

(* Backward with respect to the input:                                        *)
(* dx_i = w_0 dy_(i+p) + w_1 dy_(i+p-1) + ..., where dy_j is 0 outside of y.  *)
Theorem vjp_conv_input n m k p w c :
  is_vjp n m (conv n k p (constants w) (constant c)) (conv n k p w c)
    (fun _ v j => sum k (fun t => w t * pad p n v (j + t)%nat))
    (fun _ dy i => sum k (fun t => w t * pad t m dy (i + p)%nat)).
Proof.
split.
- intros u x v agrees j _; unfold conv; rewrite sum_dual; simpl; unfold dual_add; simpl.
  f_equal; [f_equal|rewrite add_zero_right];
    apply sum_ext; intros t _; rewrite (pad_dual p agrees); simpl; ring.
- intros _ v dy; unfold dot.
  transitivity (sum k (fun t => w t * dot m (fun j => pad p n v (j + t)%nat) dy)).
    transitivity
      (sum m (fun j => sum k (fun t => w t * pad p n v (j + t)%nat * dy j))).
      now apply sum_ext; intros j _; rewrite <- sum_mul_right.
    rewrite sum_swap; apply sum_ext; intros t _; unfold dot; rewrite <- sum_mul_left.
    apply sum_ext; intros j _; ring.
  transitivity
    (sum n (fun i => sum k (fun t => v i * (w t * pad t m dy (i + p)%nat)))).
    rewrite sum_swap; apply sum_ext; intros t _; rewrite (pad_adjoint n m p t).
    unfold dot; rewrite <- sum_mul_left; apply sum_ext; intros i _; ring.
  now apply sum_ext; intros i _; rewrite sum_mul_left.
Qed.

(* Backward with respect to the weight: dw_t = z_t dy_0 + z_(t+1) dy_1 + ..., *)
(* for the padded input z.                                                    *)
Theorem vjp_conv_weight n m k p c x :
  is_vjp k m
    (fun u => conv n k p u (constant c) (constants x))
    (fun w => conv n k p w c x)
    (fun _ v j => sum k (fun t => v t * pad p n x (j + t)%nat))
    (fun _ dy t => sum m (fun j => pad p n x (j + t)%nat * dy j)).
Proof.
split.
- intros u w v agrees j _; unfold conv; rewrite sum_dual; simpl; unfold dual_add; simpl.
  f_equal; [f_equal|rewrite add_zero_right];
    apply sum_ext; intros t lt_t; rewrite pad_constants, (agrees t lt_t); simpl; ring.
- intros _ v dy; unfold dot.
  transitivity
    (sum m (fun j => sum k (fun t => v t * pad p n x (j + t)%nat * dy j))).
    now apply sum_ext; intros j _; rewrite <- sum_mul_right.
  rewrite sum_swap; apply sum_ext; intros t _; rewrite <- sum_mul_left.
  apply sum_ext; intros j _; ring.
Qed.

(* Backward with respect to the bias, a vector of one component: the sum of   *)
(* the cotangent.                                                             *)
Theorem vjp_conv_bias n m k p w x :
  is_vjp 1 m
    (fun u => conv n k p (constants w) (u 0%nat) (constants x))
    (fun (c : vec K) => conv n k p w (c 0%nat) x)
    (fun _ v _ => v 0%nat) (fun _ dy _ => sum m dy).
Proof.
split.
- intros u c v agrees j _; unfold conv; rewrite sum_dual, (agrees 0%nat) by lia; simpl.
  unfold dual_add; simpl; f_equal.
  + f_equal; apply sum_ext; intros t _; now rewrite pad_constants.
  + rewrite sum_null by (intros t _; rewrite pad_constants; simpl; ring).
    apply add_zero_left.
- intros _ v dy; unfold dot; simpl; rewrite <- sum_mul_left; ring.
Qed.

End conv.
