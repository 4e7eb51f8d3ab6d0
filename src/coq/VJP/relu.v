From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp.

(**md**************************************************************************)
(* # Rectified linear unit                                                    *)
(*                                                                            *)
(* ReLU, max(x, 0) in each coordinate, has a backward map exactly at the      *)
(* points with no zero coordinate: there it passes the cotangent of active    *)
(* units and blocks the others. At a zero coordinate it is not differentiable,*)
(* so the hypothesis cannot be dropped and no backward map is correct there.  *)
(*                                                                            *)
(* ```                                                                        *)
(*      relu x == max(x_i, 0) in each coordinate of the row x                 *)
(*   relu_bwd x dy == dy_i where x_i > 0, and 0 elsewhere                     *)
(*    off_kink x == no coordinate of x is zero                                *)
(* is_vjp_relu == relu_bwd x is correct at x off the kink                     *)
(* differentiable_reluP == relu is differentiable at x iff off_kink x         *)
(* ```                                                                        *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), sections 6.3.1 and 6.5.                                             *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section relu_scalar.
Variable R : realType.
Implicit Types t : R.

Definition relu1 t := Num.max t 0.

(* Off zero, the derivative of max(t, 0) is 1 when t is positive and else 0.  *)
Lemma is_derive_relu1 t :
  t != 0 -> is_derive t 1 relu1 (if 0 < t then 1 else 0).
Proof.
rewrite neq_lt => /orP[t0|t0].
- rewrite ltNge (ltW t0).
  apply: (@near_eq_is_derive _ _ _ (cst 0)); first exact: oner_neq0.
  by near=> s; rewrite /relu1 max_r// ltW//; near: s; exact: lt_nbhsl.
- rewrite t0; apply: (@near_eq_is_derive _ _ _ id); first exact: oner_neq0.
  by near=> s; rewrite /relu1 max_l// ltW//; near: s; exact: lt_nbhsr.
Unshelve. all: by end_near. Qed.

(* The function max(t, 0) is not differentiable at zero: its slopes on the    *)
(* right and on the left are 1 and 0.                                         *)
Lemma not_derivable_relu1 : ~ derivable relu1 0 1.
Proof.
move=> /cvg_ex[/= l]; set q := fun h : R => _ => ql.
have qE h : q h = h^-1 * relu1 h.
  by rewrite /q /relu1 addr0 maxxx subr0 [h *: 1]mulr1.
have : \forall h \near 0^', `|l - q h| < 2^-1.
  by apply: (@cvgr_dist_lt _ _ _ _ _ _ _ ql); rewrite invr_gt0.
case/nbhs_ballP => e /= e0 eq2.
have e20 : 0 < e / 2 by rewrite divr_gt0.
have e2n0 : e / 2 != 0 by rewrite gt_eqF.
have e2e : e / 2 < e by rewrite ltr_pdivrMr// ltr_pMr// ltr1n.
have : `|l - q (e / 2)| < 2^-1.
  by apply: eq2 => //; rewrite -ball_normE/= sub0r normrN gtr0_norm.
have : `|l - q (- (e / 2))| < 2^-1.
  by apply: eq2; rewrite ?oppr_eq0// -ball_normE/= sub0r opprK gtr0_norm.
rewrite !qE /relu1 max_r ?oppr_le0 1?ltW// mulr0 subr0 max_l 1?ltW// mulVf//.
move=> l0; rewrite distrC => l1; have : `|l + (1 - l)| < 1.
  by rewrite (le_lt_trans (ler_normD _ _))// [ltRHS]splitr div1r ltrD.
by rewrite addrC subrK normr1 ltxx.
Qed.

End relu_scalar.

Section relu.
Variable R : realType.
Variable n : nat.
Implicit Types x dy : 'rV[R]_n.+1.

Definition relu x := map_mx (@relu1 R) x.

Definition relu_bwd x dy := \row_i (if 0 < x 0 i then dy 0 i else 0).

Definition off_kink x := forall i, x 0 i != 0.

(* Off the kink, ReLU passes the cotangents of its active units.              *)
Lemma is_vjp_relu x : off_kink x -> is_vjp x relu (relu_bwd x).
Proof.
move=> x0; apply: is_vjp_eq (is_vjp_map (fun i => is_derive_relu1 (x0 i))) _.
by move=> dy; apply/rowP => i; rewrite !mxE; case: ifP; rewrite ?mul1r ?mul0r.
Qed.

(* ReLU is not differentiable at a point with a zero coordinate.              *)
Lemma not_differentiable_relu x i : x 0 i = 0 -> ~ differentiable relu x.
Proof.
move=> xi0 dr; apply: (@not_derivable_relu1 R); apply/derivable1_diffP.
pose line (t : R) : 'rV[R]_n.+1 := x + t *: delta_mx 0 i.
have dl : differentiable line 0 by [].
have l0 : line 0 = x by rewrite /line scale0r addr0.
pose c (y : 'rV[R]_n.+1) : R := y 0 i.
rewrite (_ : @relu1 R = c \o (relu \o line)); last first.
  by apply/funext => t; rewrite /c /line /= !mxE !eqxx xi0 add0r mulr1.
apply: differentiable_comp; last exact: differentiable_coord.
by apply: differentiable_comp; rewrite ?l0.
Qed.

(* ReLU is differentiable exactly off the kink.                               *)
Lemma differentiable_reluP x : differentiable relu x <-> off_kink x.
Proof.
split=> [dr i|x0]; last by have [] := is_vjp_relu x0.
by apply/eqP => /not_differentiable_relu; exact.
Qed.

(* At a kink no backward map whatsoever is correct for ReLU.                  *)
Lemma not_is_vjp_relu x i b : x 0 i = 0 -> ~ is_vjp x relu b.
Proof. by move=> /not_differentiable_relu xi [/xi]. Qed.

End relu.
