From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Export jacobian.

(**md**************************************************************************)
(* # Vector-Jacobian products                                                 *)
(*                                                                            *)
(* This file defines what it means for a backward map to compute the          *)
(* vector-Jacobian product (VJP, reverse-mode derivative) of a map between    *)
(* spaces of row vectors, shows that such a backward map is unique, gives the *)
(* two forms in which correctness is used (in coordinates and as an adjoint), *)
(* and proves the rules by which backward maps are built.                     *)
(*                                                                            *)
(* ```                                                                        *)
(*  is_vjp x f b == f is differentiable at x, and the map b is correct as its *)
(*                  backward map there: it sends a cotangent dy of the output *)
(*                  to dy *m ('J f x)^T                                       *)
(*   has_vjp f b == is_vjp x f (b x) for all x: b takes the input first, then *)
(*                  the cotangent                                             *)
(* ```                                                                        *)
(*                                                                            *)
(* The backward map is always supplied by the user of the definition and      *)
(* never read off the Jacobian, so no instance holds by definition; at a      *)
(* point where f is not differentiable no backward map is correct.            *)
(*                                                                            *)
(* Characterisations: is_vjp_partialP (dx_i is the sum over j of the partial  *)
(* derivative of output j along input i times dy_j), is_vjp_adjointP          *)
(* (<b dy, v> = <dy, 'd f x v>), is_vjp_unique. To prove a VJP from known     *)
(* differentials: is_vjp_coord, is_vjp_diff.                                  *)
(*                                                                            *)
(* Rules: is_vjp_id, is_vjp_cst, is_vjp_reindex (y_j = x_(s j)), is_vjpD      *)
(* (f x + g x, fan-out to two paths), is_vjp_sum, is_vjpM (coordinatewise     *)
(* product), is_vjp_map (one real function in each coordinate), is_vjp_comp   *)
(* (chain rule), has_vjp_comp, is_vjp_residual (f x + x).                     *)
(*                                                                            *)
(* Naming: is_vjpX gives a VJP at a point, has_vjpX at every point, with      *)
(* mathcomp's suffixes (D sum, M product, P equivalence). Conventions on      *)
(* vectors and Jacobians: see jacobian.v, which this file re-exports.         *)
(*                                                                            *)
(* Base: MathComp-Analysis rather than Coquelicot. Both have differentials in *)
(* normed modules and a chain rule. Coquelicot has no Jacobian, keeps vectors *)
(* and matrices as nested pairs with no theory of linear maps, and relates    *)
(* its differential to neither; here lin1_mx, mulmx and trmx come with        *)
(* mathcomp, and 'd f x is already a linear map. Neither is axiom-free; the   *)
(* axioms here are three classical ones, all declared in mathcomp's boolp.v:  *)
(* propositional_extensionality, functional_extensionality_dep and            *)
(* constructive_indefinite_description.                                       *)
(*                                                                            *)
(* Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. (SIAM     *)
(* 2008), section 3.2 (the reverse mode).                                     *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section vjp_def.
Variable R : realType.

Definition is_vjp m n (x : 'rV[R]_m.+1) (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1)
    (b : 'rV[R]_n.+1 -> 'rV[R]_m.+1) :=
  differentiable f x /\ forall dy, b dy = dy *m ('J f x)^T.

Definition has_vjp m n (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1)
    (b : 'rV[R]_m.+1 -> 'rV[R]_n.+1 -> 'rV[R]_m.+1) :=
  forall x, is_vjp x f (b x).

End vjp_def.

Section vjp_theory.
Variable R : realType.
Variables (m n : nat).
Implicit Types (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1) (x v : 'rV[R]_m.+1).
Implicit Types (b : 'rV[R]_n.+1 -> 'rV[R]_m.+1) (dy : 'rV[R]_n.+1).

(* A backward map is correct iff dx_i is the sum over j of the partial        *)
(* derivative of output j along input i times dy_j.                           *)
Lemma is_vjp_partialP f x b : is_vjp x f b <-> differentiable f x /\
  forall dy i, b dy 0 i = \sum_j partial f x i j * dy 0 j.
Proof.
split=> -[df bE]; split=> // dy.
  by move=> i; rewrite bE mxE; apply: eq_bigr => j _;
    rewrite mxE jacobianE// mulrC.
by apply/rowP => i; rewrite bE mxE; apply: eq_bigr => j _;
  rewrite mxE jacobianE// mulrC.
Qed.

(* A backward map is correct iff it is the adjoint of the differential. *)
Lemma is_vjp_adjointP f x b : is_vjp x f b <-> differentiable f x /\
  forall dy v, dot (b dy) v = dot dy ('d f x v).
Proof.
have adj dy v : dot (dy *m ('J f x)^T) v = dot dy ('d f x v).
  by rewrite !dotE -mulmxA -trmx_mul /jacobian mul_rV_lin1.
split=> -[df bE]; split=> // dy; first by move=> v; rewrite bE adj.
by apply: dot_inj => v; rewrite bE adj.
Qed.

(* At a point, a map has at most one correct backward map. *)
Lemma is_vjp_unique f x b1 b2 : is_vjp x f b1 -> is_vjp x f b2 -> b1 = b2.
Proof. by move=> [_ b1E] [_ b2E]; apply/funext => dy; rewrite b1E b2E. Qed.

(* A map with a correct backward map at x is differentiable at x. *)
Lemma is_vjp_differentiable f x b : is_vjp x f b -> differentiable f x.
Proof. by case. Qed.

(* To prove a backward map correct it suffices to know the differential of    *)
(* each output and to check the backward map against them on basis vectors.   *)
Lemma is_vjp_coord f x b (df : 'I_n.+1 -> 'rV[R]_m.+1 -> R) :
  (forall j, is_diff x (fun y => f y 0 j : R) (df j)) ->
  (forall dy i, b dy 0 i = \sum_j df j (delta_mx 0 i) * dy 0 j) ->
  is_vjp x f b.
Proof.
move=> dfx bE; have fx : differentiable f x.
  by apply: differentiable_mx => i j; rewrite ord1; exact: ex_diff.
apply/is_vjp_partialP; split=> // dy i; rewrite bE; apply: eq_bigr => j _.
by rewrite /partial deriveE// diff_val.
Qed.

(* The same from the differential of the whole map, in adjoint form. *)
Lemma is_vjp_diff f x b (df : 'rV[R]_m.+1 -> 'rV[R]_n.+1) :
  is_diff x f df -> (forall dy v, dot (b dy) v = dot dy (df v)) ->
  is_vjp x f b.
Proof.
move=> dfx bE; apply/is_vjp_adjointP; split=> // dy v.
by rewrite bE diff_val.
Qed.

(* A backward map equal to a correct one is correct. *)
Lemma is_vjp_eq f x b b' : is_vjp x f b -> b =1 b' -> is_vjp x f b'.
Proof. by move=> [df bE] bb'; split=> // dy; rewrite -bb'. Qed.

End vjp_theory.

Section rules.
Variable R : realType.

Section at_point.
Variables (m n : nat).
Implicit Types (f g : 'rV[R]_m.+1 -> 'rV[R]_n.+1) (x : 'rV[R]_m.+1).

(* The identity map passes the cotangent through. *)
Lemma is_vjp_id x : is_vjp x id id.
Proof. exact: is_vjp_diff. Qed.

(* A constant map sends every cotangent to zero. *)
Lemma is_vjp_cst x (c : 'rV[R]_n.+1) : is_vjp x (cst c) (cst 0).
Proof.
by apply: is_vjp_diff => dy v; rewrite !dotE mul0mx trmx0 mulmx0.
Qed.

(* Selecting coordinates, y_j = x_(s j), sums the cotangents over the fibre.  *)
Lemma is_vjp_reindex x (s : 'I_n.+1 -> 'I_m.+1) :
  is_vjp x (fun y => \row_j y 0 (s j))
    (fun dy => \row_i \sum_(j | s j == i) dy 0 j).
Proof.
apply: (@is_vjp_coord _ _ _ _ _ _ (fun j v => v 0 (s j))) => [j|dy i].
  rewrite (_ : (fun y => _) = fun y : 'rV[R]_m.+1 => y 0 (s j)).
    exact: is_diff_coord.
  by apply/funext => y; rewrite mxE.
rewrite mxE big_mkcond; apply: eq_bigr => j _; rewrite mxE /=.
by case: ifP => _; rewrite ?mul1r ?mul0r.
Qed.

(* Two paths from one input add up: the backward map of f + g adds the two    *)
(* backward maps.                                                             *)
Lemma is_vjpD x f g bf bg : is_vjp x f bf -> is_vjp x g bg ->
  is_vjp x (f \+ g) (bf \+ bg).
Proof.
move=> /is_vjp_adjointP[df bfE] /is_vjp_adjointP[dg bgE].
apply: (@is_vjp_diff _ _ _ _ _ _ ('d f x \+ 'd g x)) => [|dy v].
  by have := is_diffD (differentiableP df) (differentiableP dg).
by rewrite dotDl dotDr bfE bgE.
Qed.

(* The backward map of a finite sum of maps is the sum of theirs.             *)
Lemma is_vjp_sum I (r : seq I) (P : pred I) x
    (f : I -> 'rV[R]_m.+1 -> 'rV[R]_n.+1) b :
  (forall i, P i -> is_vjp x (f i) (b i)) ->
  is_vjp x (fun y => \sum_(i <- r | P i) f i y)
    (fun dy => \sum_(i <- r | P i) b i dy).
Proof.
move=> fb; elim: r => [|i r IHr].
  rewrite (_ : (fun y => _) = cst 0); last by apply/funext=> y; rewrite big_nil.
  by apply: is_vjp_eq (is_vjp_cst x 0) _ => dy; rewrite big_nil.
have [Pi|Pi] := boolP (P i); last first.
  rewrite (_ : (fun y => _) = (fun y => \sum_(i <- r | P i) f i y)).
    by apply: is_vjp_eq IHr _ => dy; rewrite big_cons (negPf Pi).
  by apply/funext => y; rewrite big_cons (negPf Pi).
rewrite (_ : (fun y => _) = f i \+ (fun y => \sum_(i <- r | P i) f i y)).
  by apply: is_vjp_eq (is_vjpD (fb i Pi) IHr) _ => dy; rewrite big_cons Pi.
by apply/funext => y; rewrite big_cons Pi.
Qed.

(* The coordinatewise product f * g sends dy to bf (g x * dy) + bg (f x * dy) *)
Lemma is_vjpM x f g bf bg : is_vjp x f bf -> is_vjp x g bg ->
  is_vjp x (fun y => hprod (f y) (g y))
    (fun dy => bf (hprod (g x) dy) + bg (hprod (f x) dy)).
Proof.
move=> /is_vjp_partialP[df bfE] /is_vjp_partialP[dg bgE].
pose d j (v : 'rV[R]_m.+1) : R := f x 0 j * 'd (fun y => g y 0 j : R) x v +
  g x 0 j * 'd (fun y => f y 0 j : R) x v.
apply: (@is_vjp_coord _ _ _ _ _ _ d) => [j|dy i].
  rewrite (_ : (fun y => _) =
    (fun y => f y 0 j : R) * (fun y => g y 0 j : R)); last first.
    by apply/funext => y; rewrite mxE.
  by apply: is_diffM; apply: differentiableP; exact: differentiable_mx_coord.
rewrite mxE bfE bgE -big_split; apply: eq_bigr => j _ /=.
rewrite !mxE /partial !deriveE; [|exact: differentiable_mx_coord..].
by rewrite [RHS]mulrDl addrC; congr (_ + _); rewrite [LHS]mulrCA [LHS]mulrA.
Qed.

(* Applying a real function in each coordinate multiplies the cotangent by    *)
(* its derivatives.                                                           *)
Lemma is_vjp_map (x : 'rV[R]_n.+1) (s : R -> R) (ds : 'I_n.+1 -> R) :
  (forall i, is_derive (x 0 i) 1 s (ds i)) ->
  is_vjp x (map_mx s) (fun dy => \row_i (ds i * dy 0 i)).
Proof.
move=> sx; pose d j (v : 'rV[R]_n.+1) : R := v 0 j * ds j.
apply: (@is_vjp_coord _ _ _ _ _ _ d) => [j|dy i].
  pose c (v : 'rV[R]_n.+1) : R := v 0 j.
  have dc : is_diff x c c by exact: is_diff_coord.
  rewrite (_ : (fun y => _) = s \o c); last by apply/funext => y; rewrite mxE.
  have dsj : is_diff (c x) s ( *%R^~ (ds j)).
    have [ds1 <-] := sx j; apply: DiffDef; first exact/derivable1_diffP.
    apply/funext => v; rewrite deriveE; last exact/derivable1_diffP.
    by rewrite -[in LHS](mulr1 v) -[v * 1]/(v *: 1) linearZ.
  exact: is_diff_comp dc dsj.
rewrite mxE (bigD1 i)//= /d mxE !eqxx mul1r big1 ?addr0// => j /negPf ji.
by rewrite mxE ji andbF !mul0r.
Qed.

End at_point.

(* Chain rule: backward maps compose in the opposite order.                   *)
Lemma is_vjp_comp m n p x (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1)
    (g : 'rV[R]_n.+1 -> 'rV[R]_p.+1) bf bg :
  is_vjp x f bf -> is_vjp (f x) g bg -> is_vjp x (g \o f) (bf \o bg).
Proof.
move=> /is_vjp_adjointP[df bfE] /is_vjp_adjointP[dg bgE].
apply/is_vjp_adjointP; split=> [|dy v]; first exact: differentiable_comp.
by rewrite diff_comp//= bfE bgE.
Qed.

(* Global chain rule: the outer backward map runs at the saved value f x.     *)
Lemma has_vjp_comp m n p (f : 'rV[R]_m.+1 -> 'rV[R]_n.+1)
    (g : 'rV[R]_n.+1 -> 'rV[R]_p.+1) bf bg :
  has_vjp f bf -> has_vjp g bg ->
  has_vjp (g \o f) (fun x dy => bf x (bg (f x) dy)).
Proof. by move=> fb gb x; apply: is_vjp_comp; [exact: fb|exact: gb]. Qed.

(* A residual connection f x + x adds the cotangent to the backward map of f. *)
Lemma is_vjp_residual n x (f : 'rV[R]_n.+1 -> 'rV[R]_n.+1) b :
  is_vjp x f b -> is_vjp x (fun y => f y + y) (fun dy => b dy + dy).
Proof. by move=> fb; apply: is_vjpD fb (is_vjp_id x). Qed.

End rules.
