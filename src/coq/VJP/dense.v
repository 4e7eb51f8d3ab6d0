From mathcomp Require Import all_ssreflect ssralg zmodp matrix.
From mathcomp Require Import boolp functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp linear.

(**md**************************************************************************)
(* # Dense layer                                                              *)
(*                                                                            *)
(* The dense (fully connected) layer y_j = \sum_i x_i W_ij + c_j and its      *)
(* three backward maps: with respect to the input, the weight and the bias.   *)
(*                                                                            *)
(* ```                                                                        *)
(*      dense W c x == x *m W + c, with x : 'rV_m.+1, W : 'M_(m.+1, n.+1)     *)
(*                     and c : 'rV_n.+1                                       *)
(*  is_vjp_dense    == input:  dx = dy *m W^T, that is W applied to dy        *)
(*  is_vjp_dense_weight == weight: dW = x^T *m dy, that is dW_ij = x_i dy_j   *)
(*  is_vjp_dense_bias   == bias:   dc = dy                                    *)
(* ```                                                                        *)
(*                                                                            *)
(* The weight is a variable through mathcomp's row-major vectorisation: the   *)
(* map differentiated is w |-> dense (vec_mx w) c x, its backward map is the  *)
(* vectorised dW, and dense_weight_gradE gives the entries of dW.             *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), section 6.5.                                                        *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.

Section dense.
Variable R : realType.
Variables m n : nat.
Implicit Types (W : 'M[R]_(m.+1, n.+1)) (c : 'rV[R]_n.+1) (x : 'rV[R]_m.+1).

Definition dense W c x := x *m W + c.

(* Output j of a dense layer is the weighted sum of the inputs plus the bias. *)
Lemma denseE W c x j : dense W c x 0 j = \sum_i x 0 i * W i j + c 0 j.
Proof. by rewrite !mxE. Qed.

(* Backward with respect to the input: dx = dy *m W^T.                        *)
Lemma is_vjp_dense W c x : is_vjp x (dense W c) (mulmxr W^T).
Proof. exact: is_vjp_affine. Qed.

(* In coordinates, dx_i = \sum_j W_ij dy_j.                                   *)
Lemma dense_input_gradE W (dy : 'rV[R]_n.+1) i :
  (mulmxr W^T dy : 'rV[R]_m.+1) 0 i = \sum_j W i j * dy 0 j.
Proof. by rewrite mxE; apply: eq_bigr => j _; rewrite mxE mulrC. Qed.

(* Backward with respect to the weight: dW = x^T *m dy, vectorised.           *)
Lemma is_vjp_dense_weight c x (w : 'rV[R]_(m.+1 * n.+1)) :
  is_vjp w (fun w : 'rV[R]_(m.+1 * n.+1) => dense (vec_mx w) c x)
    (fun dy => mxvec (x^T *m dy)).
Proof.
pose f : {linear 'rV[R]_(m.+1 * n.+1) -> 'rV[R]_n.+1} := mulmx x \o vec_mx.
apply: (@is_vjp_shift _ _ _ _ f).
apply: is_vjp_linear => [|dy v]; first exact: linearP.
have h (A : 'M_(m.+1, n.+1)) : dot (mxvec (x^T *m dy)) (mxvec A) =
    dot dy (x *m A) by rewrite dotE mxvec_dotmul -dotE dotC.
by have := h (vec_mx (v : 'rV[R]_(m.+1 * n.+1))); rewrite vec_mxK.
Qed.

(* In coordinates, dW_ij = x_i dy_j.                                          *)
Lemma dense_weight_gradE x (dy : 'rV[R]_n.+1) i j :
  (x^T *m dy) i j = x 0 i * dy 0 j.
Proof. by rewrite mxE big_ord1 mxE. Qed.

(* Backward with respect to the bias: dc = dy.                                *)
Lemma is_vjp_dense_bias W x c : is_vjp c (fun c => dense W c x) id.
Proof.
rewrite (_ : (fun c => _) = fun c => id c + x *m W).
  exact/is_vjp_shift/is_vjp_id.
by apply/funext => d; rewrite addrC.
Qed.

End dense.
