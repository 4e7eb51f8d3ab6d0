From mathcomp Require Import all_ssreflect ssralg zmodp matrix.
From mathcomp Require Import boolp functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp linear.

(**md**************************************************************************)
(* # Maps that move, copy and collect entries                                 *)
(*                                                                            *)
(* Reshaping, transposing, selecting and repeating entries are one map, given *)
(* by an index map s: entry j of the output is entry s j of the input. Sums   *)
(* and products with a broadcast operand, and means over groups of entries,   *)
(* are made of it. Each theorem holds for every index map; that of a layout   *)
(* is not written out here.                                                   *)
(*                                                                            *)
(* ```                                                                        *)
(*         gather s x == the row x_(s j)                                      *)
(*       scatter s dy == the row \sum_(j | s j = i) dy_j: what gather copied  *)
(*                       is added up, and what it left out is 0               *)
(*  broadcast_add s x y == x_j + y_(s j)                                      *)
(*  broadcast_mul s x y == x_j * y_(s j)                                      *)
(*      mean_pool k s x == \sum_(j | s j = i) x_j / k                         *)
(* ```                                                                        *)
(*                                                                            *)
(* Theorems: is_vjp_gather, is_vjp_scatter, is_vjp_mean_pool; the suffixes _l *)
(* and _r give the VJP in the first and in the second operand.                *)
(*                                                                            *)
(* Naming and conventions: see vjp.v.                                         *)
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

Section routing.
Variable R : realType.
Variables (m n : nat) (s : 'I_n.+1 -> 'I_m.+1).
Implicit Types (x : 'rV[R]_n.+1) (y : 'rV[R]_m.+1).

Definition gather y : 'rV[R]_n.+1 := \row_j y 0 (s j).

Definition scatter x : 'rV[R]_m.+1 := \row_i \sum_(j | s j == i) x 0 j.

Definition broadcast_add x y : 'rV[R]_n.+1 := x + gather y.

Definition broadcast_mul x y : 'rV[R]_n.+1 := hprod x (gather y).

Definition mean_pool (k : nat) x : 'rV[R]_m.+1 := k%:R^-1 *: scatter x.

(* Copying entries sums the cotangents of the copies.                         *)
Theorem is_vjp_gather y : is_vjp y gather scatter.
Proof. exact: is_vjp_reindex. Qed.

(* Gathering and scattering are adjoint.                                      *)
Lemma dot_scatter x y : dot (scatter x) y = dot x (gather y).
Proof.
rewrite /dot (partition_big s xpredT) //=; apply: eq_bigr => i _.
by rewrite mxE mulr_suml; apply: eq_bigr => j /eqP <-; rewrite mxE.
Qed.

(* Adding entries up copies the cotangent of the sum to each of them.         *)
Theorem is_vjp_scatter x : is_vjp x scatter gather.
Proof.
apply: is_vjp_linear => [a u v|dy v]; last first.
  by rewrite [RHS]dotC dot_scatter dotC.
apply/rowP => i; rewrite !mxE mulr_sumr -big_split.
by apply: eq_bigr => j _; rewrite !mxE.
Qed.

(* A sum with a broadcast operand passes the cotangent to the first operand.  *)
Theorem is_vjp_broadcast_add_l x y : is_vjp x (broadcast_add^~ y) id.
Proof. exact/is_vjp_shift/is_vjp_id. Qed.

(* The broadcast operand collects the cotangents of its copies.               *)
Theorem is_vjp_broadcast_add_r x y : is_vjp y (broadcast_add x) scatter.
Proof.
rewrite (_ : broadcast_add x = fun z => gather z + x).
  exact/is_vjp_shift/is_vjp_gather.
by apply/funext => z; rewrite /broadcast_add addrC.
Qed.

(* A coordinatewise product with a fixed row is its own backward map.         *)
Lemma is_vjp_hprod x (c : 'rV[R]_n.+1) : is_vjp x (hprod c) (hprod c).
Proof.
apply: is_vjp_linear => [a u v|dy v].
  by apply/rowP => i; rewrite !mxE mulrDr mulrCA.
by apply: eq_bigr => i _; rewrite !mxE mulrCA mulrA.
Qed.

(* In a product, the cotangent of each operand is multiplied by the other.    *)
Theorem is_vjp_broadcast_mul_l x y :
  is_vjp x (broadcast_mul^~ y) (hprod (gather y)).
Proof.
rewrite (_ : broadcast_mul^~ y = hprod (gather y)); first exact: is_vjp_hprod.
by apply/funext => z; apply/rowP => i; rewrite !mxE mulrC.
Qed.

(* That of the broadcast operand is then collected from its copies.           *)
Theorem is_vjp_broadcast_mul_r x y :
  is_vjp y (broadcast_mul x) (fun dy => scatter (hprod x dy)).
Proof. exact: is_vjp_comp (is_vjp_gather y) (is_vjp_hprod _ x). Qed.

(* A mean of k entries gives each of them a k-th of the cotangent.            *)
Theorem is_vjp_mean_pool k x :
  is_vjp x (mean_pool k) (fun dy => gather (k%:R^-1 *: dy)).
Proof. exact: is_vjp_comp (is_vjp_scatter x) (is_vjp_scale _ _). Qed.

End routing.
