From HB Require Import structures.
From mathcomp Require Import all_ssreflect ssralg matrix.
From mathcomp Require Import boolp functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp.

(**md**************************************************************************)
(* # Linear and affine maps                                                   *)
(*                                                                            *)
(* A linear map between finite-dimensional spaces is its own differential, so *)
(* its backward map is its adjoint; for x *m A that is dy |-> dy *m A^T.      *)
(* Adding a constant changes nothing. Fan-out with the two results kept side  *)
(* by side follows, since concatenation is linear.                            *)
(*                                                                            *)
(* ```                                                                        *)
(* is_diff_linear == a linear map out of matrices is its own differential     *)
(*  is_vjp_linear == any adjoint of a linear map is its backward map          *)
(* is_vjp_mulmxr, is_vjp_affine, is_vjp_shift, is_vjp_scale == x *m A,        *)
(*                   x *m A + c, f x + c, k *: x                              *)
(*  is_vjp_fanout == x |-> row_mx (f x) (g x)                                 *)
(* ```                                                                        *)
(*                                                                            *)
(* Naming and conventions: see vjp.v. mulmxr A is mathcomp's name for the     *)
(* linear map x |-> x *m A.                                                   *)
(*                                                                            *)
(* Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM     *)
(* 2008), section 3.2.                                                        *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.

Section linear.
Variable R : realType.

(* A linear map out of a space of matrices is its own differential.           *)
Lemma is_diff_linear (W : normedModType R) m n
    (f : {linear 'M[R]_(m.+1, n.+1) -> W}) M : is_diff M f f.
Proof.
have df N : differentiable f N.
  rewrite (_ : (f : _ -> _) = \sum_i \sum_j
      (fun N : 'M[R]_(m.+1, n.+1) => N i j *: f (delta_mx i j))).
    do 2!apply: differentiable_sum => ?.
    by apply: differentiableZl; exact: differentiable_coord.
  apply/funext => K; rewrite [in LHS](matrix_sum_delta K) linear_sum fct_sumE.
  apply: eq_bigr => i _; rewrite linear_sum fct_sumE.
  by apply: eq_bigr => j _; rewrite linearZ.
apply: DiffDef => //; apply: diff_lin => N.
exact: differentiable_continuous.
Qed.

(* A linear map has its adjoint as backward map, at every point.              *)
Lemma is_vjp_linear m n x (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1) b :
  linear f -> (forall dy v, dot (b dy) v = dot dy (f v)) -> is_vjp x f b.
Proof.
move=> lf; pose fM := GRing.isLinear.Build _ _ _ _ _ lf.
pose fL : {linear _ -> _} := HB.pack f fM.
exact/is_vjp_diff/(is_diff_linear fL).
Qed.

(* Multiplying a row by A on the right sends dy to dy *m A^T.                 *)
Lemma is_vjp_mulmxr m n x (A : 'M[R]_(m.+1, n.+1)) :
  is_vjp x (mulmxr A) (mulmxr A^T).
Proof.
apply: is_vjp_linear => [|dy v]; first exact: linearP.
by rewrite !dotE /= -mulmxA -trmx_mul.
Qed.

(* Adding a constant row does not change the backward map.                    *)
Lemma is_vjp_shift m n x (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1) b c :
  is_vjp x f b -> is_vjp x (fun y => f y + c) b.
Proof.
move=> fb; apply: is_vjp_eq (is_vjpD fb (is_vjp_cst x c)) _ => dy.
by rewrite /= addr0.
Qed.

(* An affine map x *m A + c sends dy to dy *m A^T.                            *)
Lemma is_vjp_affine m n x (A : 'M[R]_(m.+1, n.+1)) c :
  is_vjp x (fun y => y *m A + c) (fun dy => dy *m A^T).
Proof. exact/is_vjp_shift/is_vjp_mulmxr. Qed.

(* Scaling by k scales the cotangent by k.                                    *)
Lemma is_vjp_scale n (x : 'rV[R]_n.+1) (k : R) :
  is_vjp x ( *:%R k) ( *:%R k).
Proof.
apply: is_vjp_linear => [|dy v]; first exact: linearP.
by rewrite !dotE linearZ/= -scalemxAl -scalemxAr.
Qed.

(* Fan-out with both results kept side by side: the two blocks of the         *)
(* cotangent go back through their own paths and add up.                      *)
Lemma is_vjp_fanout m n p x (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1)
    (g : 'rV[R]_m.+1 -> 'rV[R]_p.+1) bf bg :
  is_vjp x f bf -> is_vjp x g bg ->
  is_vjp x (fun y => row_mx (f y) (g y) : 'rV[R]_(n.+1 + p.+1))
    (fun dy : 'rV[R]_(n.+1 + p.+1) => bf (lsubmx dy) + bg (rsubmx dy)).
Proof.
pose L : 'M[R]_(n.+1, n.+1 + p.+1) := row_mx 1%:M 0.
pose K : 'M[R]_(p.+1, n.+1 + p.+1) := row_mx 0 1%:M.
have LE (dy : 'rV[R]_(n.+1 + p.+1)) : dy *m L^T = lsubmx dy.
  by rewrite tr_row_mx trmx1 trmx0 -[in LHS](hsubmxK dy) mul_row_col mulmx1
    mulmx0 addr0.
have KE (dy : 'rV[R]_(n.+1 + p.+1)) : dy *m K^T = rsubmx dy.
  by rewrite tr_row_mx trmx1 trmx0 -[in LHS](hsubmxK dy) mul_row_col mulmx1
    mulmx0 add0r.
have hE : (mulmxr L \o f) \+ (mulmxr K \o g) = (fun y => row_mx (f y) (g y)).
  apply/funext => y; rewrite /= !mul_mx_row !mulmx1 !mulmx0 add_row_mx.
  by rewrite addr0 add0r.
move=> fb gb; have := is_vjpD (is_vjp_comp fb (is_vjp_mulmxr (f x) L))
  (is_vjp_comp gb (is_vjp_mulmxr (g x) K)).
rewrite hE => h; apply: is_vjp_eq h _ => dy.
by congr (bf _ + bg _); [exact: LE|exact: KE].
Qed.

End linear.
