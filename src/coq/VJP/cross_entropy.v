From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive sequences realfun exp.
From Fourfold.VJP Require Import vjp scalar_calculus linear softmax.

(**md**************************************************************************)
(* # Softmax cross-entropy                                                    *)
(*                                                                            *)
(* The loss of a classifier with logits z on an example of class l is         *)
(* - ln p_l, where p = softmax z. Its gradient in the logits is p minus the   *)
(* indicator of l. The loss is also ln (\sum_k exp z_k) - z_l, the form in    *)
(* which it is computed.                                                      *)
(*                                                                            *)
(* ```                                                                        *)
(*          cross_entropy l z == - ln (softmax z)_l, a real number            *)
(*     cross_entropy_grad l z == softmax z - delta_mx 0 l                     *)
(*  softmax_cross_entropy l z == the loss as a row of length 1, the output of *)
(*                               a layer                                      *)
(* softmax_cross_entropy_bwd l z dy == dy_0 *: cross_entropy_grad l z         *)
(* ```                                                                        *)
(*                                                                            *)
(* For a batch of b.+1 examples with classes l, the logits come as one row w, *)
(* example after example:                                                     *)
(*                                                                            *)
(* ```                                                                        *)
(*                 logits w i == logits of example i                          *)
(*    batch_cross_entropy l w == mean of the losses, a row of length 1        *)
(* batch_cross_entropy_bwd l w dy == dy_0 / b.+1 times the gradients, in the  *)
(*                               same layout as w                             *)
(* ```                                                                        *)
(*                                                                            *)
(* Theorems: cross_entropyE (log-sum-exp form), cross_entropy_ge0,            *)
(* cross_entropy_shift; the differential of the loss                          *)
(* (is_diff_cross_entropy), its partial derivatives (derive_cross_entropy)    *)
(* and the VJPs (is_vjp_softmax_cross_entropy, is_vjp_batch_cross_entropy).   *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), section 6.2.2.3.                                                    *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section cross_entropy.
Variables (R : realType) (n : nat).
Implicit Types (l : 'I_n.+1) (z v : 'rV[R]_n.+1) (dy : 'rV[R]_1).

Definition cross_entropy l z : R := - ln (softmax z 0 l).

Definition cross_entropy_grad l z := softmax z - delta_mx 0 l.

Definition softmax_cross_entropy l z : 'rV[R]_1 :=
  const_mx (cross_entropy l z).

Definition softmax_cross_entropy_bwd l z dy :=
  dy 0 0 *: cross_entropy_grad l z.

(* The loss is the logarithm of \sum_k exp z_k, minus z_l.                    *)
Lemma cross_entropyE l z : cross_entropy l z = ln (sumexp z) - z 0 l.
Proof.
rewrite /cross_entropy mxE ln_div ?posrE ?expR_gt0 ?sumexp_gt0//.
by rewrite expRK opprB.
Qed.

(* The loss is never negative.                                                *)
Lemma cross_entropy_ge0 l z : 0 <= cross_entropy l z.
Proof. by rewrite oppr_ge0 ln_le0// softmax_le1. Qed.

(* Adding one number to all logits leaves the loss unchanged.                 *)
Lemma cross_entropy_shift l z (c : R) :
  cross_entropy l (z + const_mx c) = cross_entropy l z.
Proof. by rewrite /cross_entropy softmax_shift. Qed.

(* The entries of the gradient sum to zero.                                   *)
Lemma sum_cross_entropy_grad l z : \sum_j cross_entropy_grad l z 0 j = 0.
Proof.
under eq_bigr do rewrite mxE [(- delta_mx _ _) _ _]mxE.
rewrite big_split /= sum_softmax sumrN (bigD1 l)//= mxE !eqxx big1 ?addr0.
  by rewrite subrr.
by move=> j /negPf jl; rewrite mxE jl andbF.
Qed.

(* The differential of the loss at z is the inner product with its gradient.  *)
Lemma is_diff_cross_entropy l z :
  is_diff z (cross_entropy l) (dot (cross_entropy_grad l z)).
Proof.
have p0 := softmax_gt0 z l.
have dl := is_deriveN (is_derive1_ln p0).
apply: (is_diff_eq (is_diff_chain (is_diff_softmax z l) dl)).
apply/funext => v; rewrite mulrN mulrAC divff ?gt_eqF// mul1r opprB.
rewrite /cross_entropy_grad dotC [RHS]dotC /dot -(dot_delta v l) -sumrB.
apply: eq_bigr => j _; rewrite -mulrBr; congr (_ * _).
by rewrite [RHS]mxE [X in _ = _ + X]mxE.
Qed.

(* The partial derivative of the loss in z_i is softmax(z)_i - [i = l].       *)
Theorem derive_cross_entropy l z i :
  'D_(delta_mx 0 i) (cross_entropy l) z = softmax z 0 i - (i == l)%:R.
Proof.
have [df dE] := is_diff_cross_entropy l z.
rewrite deriveE// dE dot_delta [LHS]mxE [X in _ + X = _]mxE.
by rewrite [delta_mx _ _ _ _]mxE eqxx.
Qed.

(* The backward map of the loss scales its gradient by the cotangent.         *)
Theorem is_vjp_softmax_cross_entropy l z :
  is_vjp z (softmax_cross_entropy l) (softmax_cross_entropy_bwd l z).
Proof.
apply: (@is_vjp_coord _ _ _ _ _ _ (fun=> dot (cross_entropy_grad l z))).
  by move=> j; under eq_fun do rewrite mxE; exact: is_diff_cross_entropy.
by move=> dy i; rewrite big_ord_recl big_ord0 addr0 dot_delta mxE mulrC.
Qed.

End cross_entropy.

Section batch.
Variables (R : realType) (b n : nat) (l : 'I_b.+1 -> 'I_n.+1).
Implicit Types (w : 'rV[R]_(b.+1 * n.+1)) (dy : 'rV[R]_1).

Definition logits w i := row i (vec_mx w).

Definition batch_cross_entropy w : 'rV[R]_1 :=
  b.+1%:R^-1 *: \sum_i softmax_cross_entropy (l i) (logits w i).

Definition batch_cross_entropy_bwd w dy := dy 0 0 / b.+1%:R *:
  mxvec (\matrix_i cross_entropy_grad (l i) (logits w i)).

(* The backward map of the mean loss over a batch of logits, flattened by     *)
(* rows, puts in row i the gradient of example i divided by the batch size.   *)
Theorem is_vjp_batch_cross_entropy w :
  is_vjp w batch_cross_entropy (batch_cross_entropy_bwd w).
Proof.
have lE i : (fun y => logits y i) = fun y => \row_j y 0 (mxvec_index i j).
  by apply/funext => y; apply/rowP => j; rewrite !mxE.
have dl i : is_vjp w (fun y => softmax_cross_entropy (l i) (logits y i))
    (fun dy => \row_k \sum_(j | mxvec_index i j == k)
      softmax_cross_entropy_bwd (l i) (logits w i) dy 0 j).
  rewrite -[fun y => _]/(softmax_cross_entropy (l i) \o logits^~ i).
  have dr := is_vjp_reindex w (mxvec_index i); rewrite -lE in dr.
  exact: (is_vjp_comp dr (is_vjp_softmax_cross_entropy (l i) _)).
have := is_vjp_comp (is_vjp_sum (index_enum _) (P := xpredT)
  (fun i _ => dl i)) (is_vjp_scale _ b.+1%:R^-1).
move=> /is_vjp_eq; apply=> dy; apply/rowP => k.
case: (@mxvec_indexP b.+1 n.+1 k) => i j.
have ijE k' (j' : 'I_n.+1) : (mxvec_index k' j' == mxvec_index i j) =
    (k' == i) && (j' == j).
  by rewrite (inj_eq (@cast_ord_inj _ _ _)) (inj_eq enum_rank_inj).
rewrite [RHS]mxE mxvecE mxE summxE (bigD1 i)//= [X in _ + X]big1 => [|k' k'i].
  rewrite addr0 mxE (big_pred1 j) => [|j']; last by rewrite ijE eqxx.
  by rewrite mxE [(_ *: dy) _ _]mxE [_^-1 * _]mulrC.
by rewrite mxE big1// => j'; rewrite ijE (negPf k'i).
Qed.

End batch.
