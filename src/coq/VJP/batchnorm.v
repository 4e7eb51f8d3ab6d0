From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive realfun.
From Fourfold.VJP Require Import vjp linear.

(**md**************************************************************************)
(* # Batch normalisation                                                      *)
(*                                                                            *)
(* Normalisation of a row by its own mean and (population) variance, followed *)
(* by a scale and a shift, and its three backward maps. One row holds the     *)
(* values that are normalised together: the batch of one channel in batch     *)
(* normalisation, the features of one token in layer normalisation.           *)
(*                                                                            *)
(* ```                                                                        *)
(*         mean x == (\sum_i x_i) / n                                         *)
(*       centre x == x_i - mean x                                             *)
(*     variance x == mean of the squares of centre x                          *)
(*     istd eps x == 1 / sqrt (variance x + eps), with eps > 0                *)
(* normalise eps x == istd eps x *: centre x                                  *)
(* normalise_bwd eps x dy == its backward map,                                *)
(*        istd / n * (n dy_i - \sum_j dy_j - y_i \sum_j y_j dy_j)             *)
(*        where y = normalise eps x                                           *)
(* batchnorm eps g b x == g y_i + b, scale g and shift b being 1 x 1 rows     *)
(* ```                                                                        *)
(*                                                                            *)
(* The backward map of normalise is obtained from the rules of vjp.v for its  *)
(* stages (centring, squares, mean, 1 / sqrt, product) and then simplified.   *)
(*                                                                            *)
(* Source: S. Ioffe, C. Szegedy, Batch Normalization: Accelerating Deep       *)
(* Network Training by Reducing Internal Covariate Shift (ICML 2015),         *)
(* section 3.                                                                 *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section rsqrt.
Variable R : realType.

(* The derivative of the square root of t > 0 is 1 / (2 sqrt t).              *)
Lemma is_derive_sqrt (t : R) : 0 < t ->
  is_derive t 1 (@Num.sqrt R) (2 * Num.sqrt t)^-1.
Proof.
move=> t0; have s0 : 0 < Num.sqrt t by rewrite sqrtr_gt0.
rewrite -[X in is_derive X](sqr_sqrtr (ltW t0)).
apply: (@is_derive_inverse R (fun s => s ^+ 2)).
- near=> s; rewrite sqrtr_sqr ger0_norm// ltW//; near: s; exact: lt_nbhsr.
- by near=> s; exact: exprn_continuous.
- apply: is_derive_eq.
  by rewrite ![_%:A]mulr1 mulr_natl mulr2n.
- by rewrite mulf_neq0 ?pnatr_eq0 ?gt_eqF.
Unshelve. all: by end_near. Qed.

(* The derivative of 1 / sqrt t is - (1 / sqrt t)^3 / 2.                      *)
Lemma is_derive_rsqrt (t : R) : 0 < t ->
  is_derive t 1 (fun s => (Num.sqrt s)^-1) (- (Num.sqrt t)^-1 ^+ 3 / 2).
Proof.
move=> t0; have s0 : Num.sqrt t != 0 by rewrite gt_eqF ?sqrtr_gt0.
apply: (is_derive_eq (is_deriveV s0 (is_derive_sqrt t0))).
rewrite [LHS]mulNr [RHS]mulNr; congr (- _).
by rewrite [(2 * _)^-1]invfM mulrCA [LHS]mulrC -exprVn -exprSr.
Qed.

End rsqrt.

Section normalise.
Variables (R : realType) (n : nat) (eps : R).
Hypothesis eps0 : 0 < eps.
Implicit Types x dy : 'rV[R]_n.+1.

Local Notation N := (n.+1%:R : R).

Definition mean x : R := (\sum_i x 0 i) / N.

Definition centre x := x - const_mx (mean x).

Definition variance x := mean (hprod (centre x) (centre x)).

Definition istd x := (Num.sqrt (variance x + eps))^-1.

Definition normalise x := istd x *: centre x.

Definition normalise_bwd x dy : 'rV[R]_n.+1 := \row_i (istd x / N *
  (N * dy 0 i - \sum_j dy 0 j -
   normalise x 0 i * \sum_j normalise x 0 j * dy 0 j)).

(* A variance is not negative.                                                *)
Lemma variance_ge0 x : 0 <= variance x.
Proof.
by rewrite divr_ge0// sumr_ge0// => i _; rewrite mxE -expr2 sqr_ge0.
Qed.

(* A centred row has mean zero.                                               *)
Lemma mean_centre x : mean (centre x) = 0.
Proof.
rewrite /mean; under eq_bigr do rewrite !mxE.
rewrite sumrB sumr_const card_ord -[mean x *+ _]mulr_natr /mean.
by rewrite divfK ?subrr ?mul0r// pnatr_eq0.
Qed.

(* The mean is linear.                                                        *)
Lemma mean_linear (a : R) x y : mean (a *: x + y) = a * mean x + mean y.
Proof.
rewrite /mean; under eq_bigr do rewrite !mxE.
by rewrite big_split -mulr_sumr mulrDl mulrA.
Qed.

(* The mean of the opposite is the opposite of the mean.                      *)
Lemma meanN x : mean (- x) = - mean x.
Proof. by rewrite /mean -mulNr -sumrN; under eq_bigr do rewrite mxE. Qed.

(* The broadcast mean is its own backward map.                                *)
Lemma is_vjp_mean x : is_vjp x (fun y : 'rV[R]_n.+1 => const_mx (mean y))
  (fun dy => const_mx (mean dy)).
Proof.
apply: is_vjp_linear => [a u v|dy v].
  by apply/rowP => i; rewrite !mxE mean_linear.
rewrite /dot; under eq_bigr do rewrite mxE.
under [RHS]eq_bigr do rewrite mxE.
by rewrite -mulr_sumr -mulr_suml /mean mulrAC mulrA.
Qed.

(* Centring is its own backward map.                                          *)
Lemma is_vjp_centre x : is_vjp x centre centre.
Proof.
have h := is_vjpD (is_vjp_id x)
  (is_vjp_comp (is_vjp_mean x) (is_vjp_scale _ (-1))).
rewrite (_ : centre = id \+ ( *:%R (-1) \o (fun y => const_mx (mean y)))).
  apply: is_vjp_eq h _ => dy; rewrite /= !scaleN1r meanN.
  by apply/rowP => i; rewrite !mxE.
by apply/funext => y; rewrite /= scaleN1r.
Qed.

(* Centring subtracts the mean from each coordinate.                          *)
Lemma centreE x i : centre x 0 i = x 0 i - mean x.
Proof. by rewrite !mxE. Qed.

(* Centring twice is centring once.                                           *)
Lemma centreK x : centre (centre x) = centre x.
Proof.
by apply/rowP => i; rewrite centreE mean_centre subr0.
Qed.

(* Scaling commutes with the mean.                                            *)
Lemma meanZ (a : R) x : mean (a *: x) = a * mean x.
Proof. by rewrite /mean mulrA mulr_sumr; under eq_bigr do rewrite mxE. Qed.

(* Scaling commutes with centring.                                            *)
Lemma centreZ (a : R) x : centre (a *: x) = a *: centre x.
Proof. by apply/rowP => i; rewrite !mxE meanZ mulrBr. Qed.

(* A sum is the size times the mean.                                          *)
Let sumE x : \sum_i x 0 i = N * mean x.
Proof. by rewrite mulrC divfK ?pnatr_eq0. Qed.

Let regroup (s m c : R) : s ^+ 3 * m * c = s * (s * c * (s * m)).
Proof. by rewrite mulrACA [c * m]mulrC !exprS expr0 mulr1 !mulrA. Qed.

(* The backward map of the normalisation, written with means.                 *)
Let normalise_bwdE x dy : - (istd x ^+ 3 * mean (hprod (centre x) dy)) *:
  centre x + istd x *: centre dy = normalise_bwd x dy.
Proof.
set s := istd x; set m := mean _; apply/rowP => i; rewrite [RHS]mxE -/s.
have S : \sum_j normalise x 0 j * dy 0 j = N * (s * m).
  rewrite /m -meanZ -sumE; apply: eq_bigr => j _.
  by rewrite ![in LHS]mxE ![in RHS]mxE mulrA.
rewrite S sumE [normalise x 0 i * _]mulrCA -!mulrBr [RHS]mulrA divfK;
  last by rewrite pnatr_eq0.
rewrite [RHS]mulrBr -centreE addrC [LHS]mxE; congr (_ + _).
  by rewrite [LHS]mxE.
rewrite [LHS]mxE mulNr; congr (- _); rewrite [normalise x 0 i]mxE.
exact: regroup.
Qed.

(* Normalisation by the batch (or layer) statistics: the backward map of      *)
(* (x - mean) / sqrt (variance + eps).                                        *)
Theorem is_vjp_normalise x : is_vjp x normalise (normalise_bwd x).
Proof.
have v0 : 0 < variance x + eps by rewrite ltr_wpDl// variance_ge0.
have c := is_vjp_centre x.
pose var_row y : 'rV[R]_n.+1 := const_mx (mean (hprod (centre y) (centre y))).
pose rsqrt (t : R) := (Num.sqrt (t + eps))^-1.
have dr (i : 'I_n.+1) : is_derive (var_row x 0 i) 1 rsqrt (- istd x ^+ 3 / 2).
  rewrite mxE -/(variance x).
  have e1 : is_derive (variance x) 1 (+%R^~ eps) 1.
    by apply: is_derive_eq; rewrite addr0.
  have := @is_derive1_comp _ (fun s => (Num.sqrt s)^-1) (+%R^~ eps) _ _ _
    (is_derive_rsqrt v0) e1.
  by rewrite mulr1.
have v := is_vjp_comp (is_vjpM c c) (is_vjp_mean _).
have h := is_vjpM (is_vjp_comp v (is_vjp_map dr)) c.
rewrite (_ : normalise = fun y => hprod (map_mx rsqrt (var_row y)) (centre y)).
  apply: is_vjp_eq h _ => dy; rewrite -[RHS]normalise_bwdE /=; congr (_ + _).
    rewrite (_ : (\row_i _) = (- istd x ^+ 3 / 2) *: hprod (centre x) dy).
      rewrite meanZ (_ : hprod _ (const_mx _) = (- istd x ^+ 3 / 2 *
        mean (hprod (centre x) dy)) *: centre x).
        rewrite centreZ centreK -scalerDl -mulrDl !mulNr -opprD -splitr.
        by rewrite mulNr.
      by apply/rowP => i; rewrite !mxE mulrC.
    by apply/rowP => i; rewrite !mxE.
  rewrite -centreZ; congr centre; apply/rowP => i; rewrite !mxE; exact: erefl.
by apply/funext => y; apply/rowP => i; rewrite !mxE.
Qed.

End normalise.

Section batchnorm.
Variables (R : realType) (n : nat) (eps : R).
Hypothesis eps0 : 0 < eps.
Implicit Types (x dy : 'rV[R]_n.+1) (g b : 'rV[R]_1).

Definition batchnorm g b x := g *m normalise eps x + b *m const_mx 1.

(* Batch normalisation scales and shifts every normalised coordinate alike.   *)
Lemma batchnormE g b x i :
  batchnorm g b x 0 i = g 0 0 * normalise eps x 0 i + b 0 0.
Proof.
by rewrite [g]mx11_scalar [b]mx11_scalar /batchnorm !mul_scalar_mx !mxE mulr1.
Qed.

(* Backward with respect to the input.                                        *)
Theorem is_vjp_batchnorm g b x :
  is_vjp x (batchnorm g b) (fun dy => normalise_bwd eps x (g 0 0 *: dy)).
Proof.
rewrite (_ : batchnorm g b = fun y =>
    ( *:%R (g 0 0) \o normalise eps) y + b *m const_mx 1).
  apply: is_vjp_shift.
  exact: is_vjp_comp (is_vjp_normalise eps0 x) (is_vjp_scale _ _).
by apply/funext => y; rewrite /batchnorm {1}[g]mx11_scalar mul_scalar_mx.
Qed.

(* Backward with respect to the scale.                                        *)
Theorem is_vjp_batchnorm_scale g b x :
  is_vjp g (fun g => batchnorm g b x) (mulmxr (normalise eps x)^T).
Proof. exact: is_vjp_affine. Qed.

(* The scale's cotangent is the sum of cotangents times normalised inputs.    *)
Lemma batchnorm_scale_gradE x dy :
  (mulmxr (normalise eps x)^T dy : 'rV[R]_1) 0 0 =
  \sum_i dy 0 i * normalise eps x 0 i.
Proof. by rewrite mxE; apply: eq_bigr => i _; rewrite [X in _ * X]mxE. Qed.

(* Backward with respect to the shift.                                        *)
Theorem is_vjp_batchnorm_shift g b x :
  is_vjp b (fun b => batchnorm g b x) (mulmxr (const_mx 1 : 'rV[R]_n.+1)^T).
Proof.
rewrite (_ : (fun b => _) = fun b => b *m const_mx 1 + g *m normalise eps x).
  exact: is_vjp_affine.
by apply/funext => c; rewrite /batchnorm addrC.
Qed.

(* The shift's cotangent is the sum of the cotangents.                        *)
Lemma batchnorm_shift_gradE dy :
  (mulmxr (const_mx 1 : 'rV[R]_n.+1)^T dy : 'rV[R]_1) 0 0 = \sum_i dy 0 i.
Proof. by rewrite mxE; apply: eq_bigr => i _; rewrite !mxE mulr1. Qed.

End batchnorm.
