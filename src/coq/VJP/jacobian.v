From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive.

(**md**************************************************************************)
(* # Inner product, coordinates and partial derivatives                       *)
(*                                                                            *)
(* The facts on real-valued coordinates of matrix-valued maps on which the    *)
(* theory of vector-Jacobian products rests.                                  *)
(*                                                                            *)
(* Conventions: R is any realType; vectors are row vectors 'rV[R]_n.+1        *)
(* (positive sizes, since only those are normed spaces). 'J f x is the        *)
(* Jacobian as MathComp-Analysis defines it: row i is the image under 'd f x  *)
(* of the i-th basis vector, hence its entry (i, j) is the partial derivative *)
(* of output j along input i (jacobianE).                                     *)
(*                                                                            *)
(* ```                                                                        *)
(*       dot u v == inner product \sum_i u_i * v_i                            *)
(*     hprod A B == coordinatewise product of two matrices of one size        *)
(* partial f x i j == partial derivative at x of output j of f with respect   *)
(*                  to input i: a directional derivative of a real function   *)
(* ```                                                                        *)
(*                                                                            *)
(* Naming: as in derive.v of MathComp-Analysis (is_diff_*, diff_*,            *)
(* differentiable_*, *E for an equation).                                     *)
(*                                                                            *)
(* Source: W. Rudin, Principles of Mathematical Analysis, 3rd ed.             *)
(* (McGraw-Hill 1976), theorem 9.17.                                          *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section definitions.
Variable R : realType.

Definition dot n (u v : 'rV[R]_n) : R := \sum_i u 0 i * v 0 i.

Definition hprod m n (A B : 'M[R]_(m, n)) := \matrix_(i, j) (A i j * B i j).

Definition partial m n (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1) x i j : R :=
  'D_(delta_mx 0 i) (fun y => f y 0 j) x.

End definitions.

Section dot_theory.
Variable R : realType.

(* The inner product is the matrix product of a row with a column. *)
Lemma dotE n (u v : 'rV[R]_n) : dot u v = (u *m v^T) 0 0.
Proof. by rewrite /dot mxE; apply: eq_bigr => i _; rewrite mxE. Qed.

(* The inner product is symmetric. *)
Lemma dotC n (u v : 'rV[R]_n) : dot u v = dot v u.
Proof. by apply: eq_bigr => i _; rewrite mulrC. Qed.

(* The inner product with the i-th basis vector reads off coordinate i. *)
Lemma dot_delta n (u : 'rV[R]_n) i : dot u (delta_mx 0 i) = u 0 i.
Proof.
rewrite /dot (bigD1 i)//= mxE !eqxx mulr1 big1 ?addr0// => j /negPf ji.
by rewrite mxE ji andbF mulr0.
Qed.

(* The inner product is additive in its first argument. *)
Lemma dotDl n (u v w : 'rV[R]_n) : dot (u + v) w = dot u w + dot v w.
Proof. by rewrite !dotE mulmxDl mxE. Qed.

(* The inner product is additive in its second argument. *)
Lemma dotDr n (u v w : 'rV[R]_n) : dot u (v + w) = dot u v + dot u w.
Proof. by rewrite dotC dotDl !(dotC u). Qed.

(* Two row vectors with the same inner products are equal. *)
Lemma dot_inj n (u v : 'rV[R]_n) : (forall w, dot u w = dot v w) -> u = v.
Proof. by move=> uv; apply/rowP => i; rewrite -!dot_delta. Qed.

End dot_theory.

Section coordinates.
Variable R : realType.

(* The derivative of coordinate (i, j) of a matrix is that coordinate. *)
Lemma is_diff_coord m n (M : 'M[R]_(m.+1, n.+1)) i j :
  is_diff M (fun N : 'M[R]_(m.+1, n.+1) => N i j : R) (fun N => N i j).
Proof.
have @c : {linear 'M[R]_(m.+1, n.+1) -> R}.
  by exists (fun N : 'M[R]_(_, _) => N i j); do 2![eexists]; do ?[constructor];
     rewrite ?mxE// => ? *; rewrite ?mxE//; move=> ?; rewrite !mxE.
apply: DiffDef; first exact: differentiable_coord.
exact: (@diff_lin _ _ _ c _ (@coord_continuous _ _ _ _ _)).
Qed.

(* A coordinate of a differential is the differential of that coordinate. *)
Lemma diff_coord (V : normedModType R) m n (f : V -> 'M[R]_(m.+1, n.+1)) x v
    i j : differentiable f x ->
  ('d f x v) i j = 'd (fun y => f y i j : R) x v.
Proof.
move=> df; pose c (N : 'M[R]_(m.+1, n.+1)) : R := N i j.
have dc : is_diff (f x) c c by exact: is_diff_coord.
rewrite (_ : (fun y => _) = c \o f)//.
by rewrite (@diff_comp _ _ _ _ f c)//= diff_val.
Qed.

(* A map into matrices is differentiable when each of its coordinates is. *)
Lemma differentiable_mx (V : normedModType R) m n
    (f : V -> 'M[R]_(m.+1, n.+1)) x :
  (forall i j, differentiable (fun y => f y i j : R) x) -> differentiable f x.
Proof.
move=> df.
have -> : f = \sum_i \sum_j (fun y => f y i j *: delta_mx i j).
  apply/funext => y; rewrite [LHS]matrix_sum_delta fct_sumE.
  by apply: eq_bigr => i _; rewrite fct_sumE.
by do 2!apply: differentiable_sum => ?; exact: differentiableZl.
Qed.

(* A coordinate of a differentiable map is differentiable.                    *)
Lemma differentiable_mx_coord (V : normedModType R) m n
    (f : V -> 'M[R]_(m.+1, n.+1)) x i j :
  differentiable f x -> differentiable (fun y => f y i j : R) x.
Proof.
move=> df; apply: (@differentiable_comp _ _ _ _ f (fun N => N i j : R)) => //.
exact: differentiable_coord.
Qed.

(* The Jacobian of a differentiable map consists of its partial derivatives.  *)
Lemma jacobianE m n (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1) x i j :
  differentiable f x -> 'J f x i j = partial f x i j.
Proof.
move=> df; rewrite /jacobian mxE diff_coord// /partial deriveE//.
exact: differentiable_mx_coord.
Qed.

End coordinates.
