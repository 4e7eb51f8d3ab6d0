From mathcomp Require Import all_ssreflect ssralg ssrnum matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive sequences realfun exp.

(**md**************************************************************************)
(* # Rules of differentiation for real-valued maps, in pointwise form         *)
(*                                                                            *)
(* MathComp-Analysis states its rules for sums and products of functions      *)
(* (f + g, f * g). Here they are stated for maps written with a bound         *)
(* variable, as formulas of layers are, together with the chain rule for a    *)
(* real function of a real-valued map on any normed module.                   *)
(*                                                                            *)
(* ```                                                                        *)
(*    is_derive_mul == product rule                                           *)
(*    is_derive_inv == derivative of the reciprocal of a nonzero function     *)
(*    is_derive_div == quotient rule                                          *)
(*  is_derive_expRN == derivative of expR (- t)                               *)
(*   is_diff_derive == the differential of a real function multiplies the     *)
(*                     tangent by the derivative                              *)
(*    is_diff_chain == chain rule for a real function of a real-valued map    *)
(*   is_diff_bigsum == the differential of a finite sum                       *)
(*      is_diff_div == quotient rule for real-valued maps on a normed module  *)
(* ```                                                                        *)
(*                                                                            *)
(* Naming and argument order follow derive.v: is_derive t 1 f d says that the *)
(* real function f has derivative d at t, is_diff x f df that the map f has   *)
(* differential df at x.                                                      *)
(*                                                                            *)
(* Source: W. Rudin, Principles of Mathematical Analysis, 3rd ed.             *)
(* (McGraw-Hill 1976), theorems 5.3, 5.5 and 9.15.                            *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section is_derive_pointwise.
Variable R : realType.
Implicit Types (f g : R -> R) (t : R).

(* The derivative of f g is f' g + f g'.                                      *)
Lemma is_derive_mul f g t df dg :
  is_derive t 1 f df -> is_derive t 1 g dg ->
  is_derive t 1 (fun s => f s * g s) (df * g t + f t * dg).
Proof.
move=> ft gt; apply: (is_derive_eq (is_deriveM ft gt)).
by rewrite addrC [_ *: df]mulrC.
Qed.

(* The derivative of 1 / f is - f' / f^2, where f is not zero.                *)
Lemma is_derive_inv f t df : is_derive t 1 f df -> f t != 0 ->
  is_derive t 1 (fun s => (f s)^-1) (- df / f t ^+ 2).
Proof.
move=> ft f0; apply: (is_derive_eq (is_deriveV f0 ft)).
by rewrite [_ *: _]mulrC mulrN mulNr.
Qed.

(* The derivative of f / g is (f' g - f g') / g^2, where g is not zero.       *)
Lemma is_derive_div f g t df dg :
  is_derive t 1 f df -> is_derive t 1 g dg -> g t != 0 ->
  is_derive t 1 (fun s => f s / g s) ((df * g t - f t * dg) / g t ^+ 2).
Proof.
move=> ft gt g0; apply: (is_derive_eq (is_derive_mul ft (is_derive_inv gt g0))).
rewrite [RHS]mulrBl expr2 invfM [df * g t * _]mulrACA mulfV// mulr1.
by rewrite mulNr mulrN mulrA.
Qed.

(* The derivative of exp(- t) is - exp(- t).                                  *)
Lemma is_derive_expRN t :
  is_derive t 1 (fun s : R => expR (- s)) (- expR (- t)).
Proof.
have := is_derive1_comp (is_derive_expR (- t)) (is_deriveNid t 1).
by rewrite mulrN1.
Qed.

End is_derive_pointwise.

Section is_diff_pointwise.
Variables (R : realType) (V : normedModType R).
Implicit Types (phi : R -> R) (t d : R) (f g df dg : V -> R) (x : V).

(* The differential of a real function multiplies by its derivative.          *)
Lemma is_diff_derive phi t d :
  is_derive t 1 phi d -> is_diff t phi (fun h => h * d).
Proof.
case=> dt <-; apply: DiffDef; first exact/derivable1_diffP.
by rewrite deriv1E// derive1E.
Qed.

(* The differential of phi \o f multiplies that of f by the derivative of phi.*)
Lemma is_diff_chain phi f df x d :
  is_diff x f df -> is_derive (f x) 1 phi d ->
  is_diff x (fun y => phi (f y)) (fun v => df v * d).
Proof. by move=> fx /is_diff_derive phid; exact: (is_diff_comp fx phid). Qed.

(* The differential of a finite sum is the sum of the differentials.          *)
Lemma is_diff_bigsum (I : Type) (r : seq I) (f df : I -> V -> R) x :
  (forall i, is_diff x (f i) (df i)) ->
  is_diff x (fun y => \sum_(i <- r) f i y) (fun v => \sum_(i <- r) df i v).
Proof.
move=> fx; elim: r => [|i r IHr].
  under eq_fun do rewrite big_nil; under [X in is_diff _ _ X]eq_fun do
    rewrite big_nil.
  exact: is_diff_cst.
under eq_fun do rewrite big_cons; under [X in is_diff _ _ X]eq_fun do
  rewrite big_cons.
exact: is_diffD.
Qed.

(* The differential of f / g is (df - (f x / g x) dg) / g x, where g x is not *)
(* zero.                                                                      *)
Lemma is_diff_div f g df dg x :
  is_diff x f df -> is_diff x g dg -> g x != 0 ->
  is_diff x (fun y => f y / g y) (fun v => (df v - f x / g x * dg v) / g x).
Proof.
move=> fx gx g0.
have gV := is_diff_chain gx (is_derive_inv (is_derive_id (g x) (1 : R)) g0).
apply: (is_diff_eq (is_diffM fx gV)); apply/funext => v.
rewrite mulrBl addrC; congr (_ + _); first exact: mulrC.
rewrite -[LHS]/(f x * (dg v * (- 1 / g x ^+ 2))) expr2 invfM mulN1r !mulrN.
by rewrite [dg v * _]mulrCA !mulrA.
Qed.

End is_diff_pointwise.
