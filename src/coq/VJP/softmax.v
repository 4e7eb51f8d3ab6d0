From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive sequences realfun exp.
From Fourfold.VJP Require Import vjp scalar_calculus.

(**md**************************************************************************)
(* # Softmax                                                                  *)
(*                                                                            *)
(* Softmax of a row vector is a probability distribution on its indices and   *)
(* does not change when one number is added to all coordinates. Its partial   *)
(* derivatives are p_j ([i = j] - p_i), hence its backward map subtracts from *)
(* the cotangent its mean under p, then scales by p.                          *)
(*                                                                            *)
(* ```                                                                        *)
(*         sumexp z == \sum_k exp z_k                                         *)
(*        softmax z == row vector of exp z_j / sumexp z                       *)
(* softmax_bwd z dy == row vector of p_i (dy_i - <p, dy>), p = softmax z      *)
(* ```                                                                        *)
(*                                                                            *)
(* Theorems: softmax_gt0, softmax_le1, sum_softmax, softmax_shift; the        *)
(* differential (is_diff_softmax), the partial derivatives (partial_softmax)  *)
(* and the VJP (is_vjp_softmax). Since softmax is smooth and its denominator  *)
(* positive, none has a hypothesis on z.                                      *)
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

Section softmax.
Variables (R : realType) (n : nat).
Implicit Types z v dy : 'rV[R]_n.+1.

Definition sumexp z : R := \sum_k expR (z 0 k).

Definition softmax z := \row_j (expR (z 0 j) / sumexp z).

Definition softmax_bwd z dy :=
  \row_i (softmax z 0 i * (dy 0 i - dot (softmax z) dy)).

(* The denominator of softmax is positive.                                    *)
Lemma sumexp_gt0 z : 0 < sumexp z.
Proof.
rewrite /sumexp big_ord_recl ltr_wpDr ?expR_gt0// sumr_ge0// => k _.
exact: expR_ge0.
Qed.

(* The values of softmax are positive.                                        *)
Lemma softmax_gt0 z j : 0 < softmax z 0 j.
Proof. by rewrite mxE divr_gt0 ?expR_gt0 ?sumexp_gt0. Qed.

(* The values of softmax sum to one.                                          *)
Lemma sum_softmax z : \sum_j softmax z 0 j = 1.
Proof.
under eq_bigr do rewrite mxE.
by rewrite -mulr_suml divff// gt_eqF// sumexp_gt0.
Qed.

(* The values of softmax are at most one.                                     *)
Lemma softmax_le1 z j : softmax z 0 j <= 1.
Proof.
rewrite -(sum_softmax z) (bigD1 j)//= lerDl sumr_ge0// => k _.
exact/ltW/softmax_gt0.
Qed.

(* Adding one number to all coordinates leaves softmax unchanged.             *)
Lemma softmax_shift z (c : R) : softmax (z + const_mx c) = softmax z.
Proof.
apply/rowP => j; rewrite !mxE.
have -> : sumexp (z + const_mx c) = sumexp z * expR c.
  by rewrite /sumexp mulr_suml; apply: eq_bigr => k _; rewrite !mxE expRD.
by rewrite expRD -mulf_div divff ?mulr1// gt_eqF// expR_gt0.
Qed.

(* The differential of the exponential of a coordinate.                       *)
Lemma is_diff_expR_coord z j :
  is_diff z (fun y => expR (y 0 j)) (fun v => v 0 j * expR (z 0 j)).
Proof.
exact: (is_diff_chain (is_diff_coord z ord0 j) (is_derive_expR (z 0 j))).
Qed.

(* The differential of softmax's coordinate j at z is p_j (v_j - <p, v>).     *)
Lemma is_diff_softmax z j : is_diff z (fun y => softmax y 0 j)
  (fun v => softmax z 0 j * (v 0 j - dot (softmax z) v)).
Proof.
have Z0 : sumexp z != 0 by rewrite gt_eqF// sumexp_gt0.
have dZ := is_diff_bigsum (index_enum _) (is_diff_expR_coord z).
under eq_fun do rewrite mxE.
apply: (is_diff_eq (is_diff_div (is_diff_expR_coord z j) dZ Z0)).
apply/funext => v; rewrite -/(sumexp z) mxE.
have -> : \sum_k v 0 k * expR (z 0 k) = sumexp z * dot (softmax z) v.
  rewrite /dot mulr_sumr; apply: eq_bigr => k _.
  by rewrite mxE mulrA mulrCA divff// mulr1 mulrC.
by rewrite mulrA divfK// [v 0 j * _]mulrC -mulrBr mulrAC.
Qed.

(* Softmax is differentiable everywhere.                                      *)
Lemma differentiable_softmax z : differentiable softmax z.
Proof.
apply: differentiable_mx => i j; rewrite ord1.
by have [] := is_diff_softmax z j.
Qed.

(* The partial derivative of output j along input i is p_j ([i = j] - p_i).   *)
Theorem partial_softmax z i j :
  partial softmax z i j = softmax z 0 j * ((i == j)%:R - softmax z 0 i).
Proof.
have [df dE] := is_diff_softmax z j.
by rewrite /partial deriveE// dE dot_delta [delta_mx _ _ _ _]mxE eqxx eq_sym.
Qed.

(* The backward map of softmax sends dy to p_i (dy_i - <p, dy>).              *)
Theorem is_vjp_softmax z : is_vjp z softmax (softmax_bwd z).
Proof.
apply/is_vjp_partialP; split=> [|dy i]; first exact: differentiable_softmax.
under eq_bigr do rewrite partial_softmax mulrBr mulrBl.
rewrite big_split /= (bigD1 i)//= eqxx mulr1 big1 ?addr0; last first.
  by move=> j /negPf ji; rewrite eq_sym ji mulr0 mul0r.
rewrite mxE mulrBr sumrN /dot mulr_sumr; congr (_ - _).
by apply: eq_bigr => j _; rewrite mulrCA mulrA.
Qed.

End softmax.
