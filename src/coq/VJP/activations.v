From mathcomp Require Import all_ssreflect ssralg ssrnum zmodp matrix.
From mathcomp Require Import boolp classical_sets functions reals.
From mathcomp Require Import topology normedtype derive sequences realfun exp.
From mathcomp Require Import trigo.
From Fourfold.VJP Require Import vjp scalar_calculus.

(**md**************************************************************************)
(* # Smooth activation functions                                              *)
(*                                                                            *)
(* Sigmoid, hyperbolic tangent, swish and GELU in its tanh form: derivatives  *)
(* in closed form, and the correct backward maps of the layers that apply     *)
(* them in each coordinate. All four are smooth, so no theorem has a          *)
(* hypothesis on the input.                                                   *)
(*                                                                            *)
(* ```                                                                        *)
(*   sigmoid1 t == 1 / (1 + exp(- t))                                         *)
(*      tanh1 t == (exp t - exp(- t)) / (exp t + exp(- t))                    *)
(*     swish1 t == t * sigmoid1 t                                             *)
(*   gelu_scale == sqrt(2 / pi)                                               *)
(*   gelu_cubic == 0.044715, written 44715 / 10^6                             *)
(*   gelu_arg t == gelu_scale * (t + gelu_cubic * t^3)                        *)
(*      gelu1 t == t / 2 * (1 + tanh1 (gelu_arg t))                           *)
(*     dswish1 t, dgelu_arg t, dgelu1 t == derivatives at t in closed form    *)
(*    sigmoid x, tanh x, swish x, gelu x == the function in each coordinate   *)
(*                 of the row x                                               *)
(*    sigmoid_bwd x dy, tanh_bwd x dy, swish_bwd x dy, gelu_bwd x dy ==       *)
(*                 derivative at x_i times dy_i in coordinate i               *)
(* ```                                                                        *)
(*                                                                            *)
(* Theorems: is_derive_sigmoid1 etc. give the derivative of the real          *)
(* function, is_vjp_sigmoid etc. the VJP of the layer. sigmoidE etc. say what *)
(* the layer computes in terms of the library's exp, sqrt and pi alone, with  *)
(* every number written out; gelu_scaleE and gelu_cubicE pin the two          *)
(* constants.                                                                 *)
(*                                                                            *)
(* Naming: the suffix 1 marks the function of one real variable, _bwd its     *)
(* layer's backward map, d its derivative.                                    *)
(*                                                                            *)
(* GELU here is the approximation by tanh, not x times the normal             *)
(* distribution function; the two differ.                                     *)
(*                                                                            *)
(* Sources: D. Hendrycks, K. Gimpel, Gaussian Error Linear Units, arXiv:      *)
(* 1606.08415 (GELU and its tanh form); P. Ramachandran, B. Zoph, Q. V. Le,   *)
(* Searching for Activation Functions, arXiv:1710.05941 (swish); I.           *)
(* Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press 2016),       *)
(* section 6.3.2 (sigmoid, tanh).                                             *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.
Local Open Scope classical_set_scope.

Section activations_scalar.
Variable R : realType.
Implicit Type t : R.

Definition sigmoid1 t : R := (1 + expR (- t))^-1.

Definition tanh1 t : R := (expR t - expR (- t)) / (expR t + expR (- t)).

Definition swish1 t : R := t * sigmoid1 t.

Definition dswish1 t : R := sigmoid1 t + t * (sigmoid1 t * (1 - sigmoid1 t)).

Definition gelu_scale : R := Num.sqrt (2 / pi).

(* Split so that no numeral is large: numerals are unary terms.               *)
Definition gelu_cubic : R := (447 * 100 + 15) / 10 ^+ 6.

Definition gelu_arg t : R := gelu_scale * (t + gelu_cubic * t ^+ 3).

Definition dgelu_arg t : R := gelu_scale * (1 + 3 * gelu_cubic * t ^+ 2).

Definition gelu1 t : R := t / 2 * (1 + tanh1 (gelu_arg t)).

Definition dgelu1 t : R := (1 + tanh1 (gelu_arg t)) / 2 +
  t / 2 * (1 - tanh1 (gelu_arg t) ^+ 2) * dgelu_arg t.

(* The derivative of the sigmoid s is s (1 - s).                              *)
Lemma is_derive_sigmoid1 t :
  is_derive t 1 sigmoid1 (sigmoid1 t * (1 - sigmoid1 t)).
Proof.
have D0 : 1 + expR (- t) != 0 by rewrite gt_eqF// addr_gt0// expR_gt0.
have dD : is_derive t 1 (fun s : R => 1 + expR (- s)) (- expR (- t)).
  have := is_deriveD (is_derive_cst (1 : R) t 1) (is_derive_expRN t).
  by rewrite add0r.
apply: (is_derive_eq (is_derive_inv dD D0)).
rewrite /sigmoid1 opprK expr2 invfM mulrA mulrC; congr (_ * _).
rewrite -[X in X - _](mulVf D0) -[X in _ - X]mulr1 -mulrBr.
by rewrite [1 + _]addrC addrK mulrC.
Qed.

(* The derivative of tanh is 1 - tanh^2.                                      *)
Lemma is_derive_tanh1 t : is_derive t 1 tanh1 (1 - tanh1 t ^+ 2).
Proof.
have D0 : expR t + expR (- t) != 0 by rewrite gt_eqF// addr_gt0// expR_gt0.
have dN := is_deriveB (is_derive_expR t) (is_derive_expRN t).
have dD := is_deriveD (is_derive_expR t) (is_derive_expRN t).
rewrite opprK in dN.
apply: (is_derive_eq (is_derive_div dN dD D0)).
rewrite -!expr2 mulrBl divff ?expf_neq0//.
by rewrite /tanh1 expr_div_n.
Qed.

(* The derivative of t s(t), s the sigmoid, is s(t) + t s(t) (1 - s(t)).      *)
Lemma is_derive_swish1 t : is_derive t 1 swish1 (dswish1 t).
Proof.
have := is_derive_mul (is_derive_id t (1 : R)) (is_derive_sigmoid1 t).
by move=> /is_derive_eq; apply; rewrite mul1r.
Qed.

(* The argument of tanh in GELU is a cubic polynomial with this derivative.   *)
Lemma is_derive_gelu_arg t : is_derive t 1 gelu_arg (dgelu_arg t).
Proof.
have d3 : is_derive t 1 (fun s : R => s ^+ 3) (3 * t ^+ 2).
  by have := is_deriveX 2 (is_derive_id t (1 : R)); rewrite [_ *: _]mulr1.
have dc := is_deriveZ gelu_cubic d3.
rewrite /dgelu_arg -mulrA (mulrCA 3 gelu_cubic).
exact: (is_deriveZ gelu_scale (is_deriveD (is_derive_id t (1 : R)) dc)).
Qed.

(* The derivative of GELU (tanh form) is (1 + tanh u) / 2 plus                *)
(* t / 2 (1 - tanh^2 u) u', where u is the argument of tanh.                  *)
Lemma is_derive_gelu1 t : is_derive t 1 gelu1 (dgelu1 t).
Proof.
have dt : is_derive t 1 (fun s : R => 1 + tanh1 (gelu_arg s))
    ((1 - tanh1 (gelu_arg t) ^+ 2) * dgelu_arg t).
  have := is_deriveD (is_derive_cst (1 : R) t 1)
    (is_derive1_comp (is_derive_tanh1 (gelu_arg t)) (is_derive_gelu_arg t)).
  by rewrite add0r.
have dh := is_derive_mul (is_derive_id t (1 : R))
  (is_derive_cst (2^-1 : R) t 1).
apply: (is_derive_eq (is_derive_mul dh dt)).
by rewrite /dgelu1 mul1r mulr0 addr0 mulrA (mulrC 2^-1).
Qed.

(* The cubic coefficient of GELU is 44715 millionths.                         *)
Theorem gelu_cubicE : gelu_cubic = (447 * 100 + 15) / 10 ^+ 6.
Proof. by []. Qed.

(* The scale of GELU is the square root of 2 / pi.                            *)
Theorem gelu_scaleE : gelu_scale = Num.sqrt (2 / pi).
Proof. by []. Qed.

End activations_scalar.

Section activations_layers.
Variables (R : realType) (n : nat).
Implicit Types x dy : 'rV[R]_n.+1.

Definition sigmoid x := map_mx (@sigmoid1 R) x.

Definition sigmoid_bwd x dy :=
  \row_i (sigmoid1 (x 0 i) * (1 - sigmoid1 (x 0 i)) * dy 0 i).

Definition tanh x := map_mx (@tanh1 R) x.

Definition tanh_bwd x dy := \row_i ((1 - tanh1 (x 0 i) ^+ 2) * dy 0 i).

Definition swish x := map_mx (@swish1 R) x.

Definition swish_bwd x dy := \row_i (dswish1 (x 0 i) * dy 0 i).

Definition gelu x := map_mx (@gelu1 R) x.

Definition gelu_bwd x dy := \row_i (dgelu1 (x 0 i) * dy 0 i).

(* The sigmoid layer computes 1 / (1 + exp(- x_i)).                           *)
Theorem sigmoidE x i : sigmoid x 0 i = (1 + expR (- x 0 i))^-1.
Proof. by rewrite mxE. Qed.

(* The tanh layer computes (exp x_i - exp(- x_i)) / (exp x_i + exp(- x_i)).   *)
Theorem tanhE x i : tanh x 0 i =
  (expR (x 0 i) - expR (- x 0 i)) / (expR (x 0 i) + expR (- x 0 i)).
Proof. by rewrite mxE. Qed.

(* The swish layer computes x_i / (1 + exp(- x_i)).                           *)
Theorem swishE x i : swish x 0 i = x 0 i * (1 + expR (- x 0 i))^-1.
Proof. by rewrite mxE. Qed.

(* The GELU layer computes x_i / 2 (1 + tanh u), where                        *)
(* u = sqrt(2 / pi) (x_i + 0.044715 x_i^3).                                   *)
Theorem geluE x i : gelu x 0 i = let t := x 0 i in
  let u := Num.sqrt (2 / pi) * (t + (447 * 100 + 15) / 10 ^+ 6 * t ^+ 3) in
  t / 2 * (1 + (expR u - expR (- u)) / (expR u + expR (- u))).
Proof. by rewrite mxE. Qed.

(* A sigmoid layer multiplies the cotangent by s(x_i) (1 - s(x_i)).           *)
Theorem is_vjp_sigmoid x : is_vjp x sigmoid (sigmoid_bwd x).
Proof. by apply: is_vjp_map => i; exact: is_derive_sigmoid1. Qed.

(* A tanh layer multiplies the cotangent by 1 - tanh^2 x_i.                   *)
Theorem is_vjp_tanh x : is_vjp x tanh (tanh_bwd x).
Proof. by apply: is_vjp_map => i; exact: is_derive_tanh1. Qed.

(* A swish layer multiplies the cotangent by the derivative of swish at x_i.  *)
Theorem is_vjp_swish x : is_vjp x swish (swish_bwd x).
Proof. by apply: is_vjp_map => i; exact: is_derive_swish1. Qed.

(* A GELU layer multiplies the cotangent by the derivative of GELU at x_i.    *)
Theorem is_vjp_gelu x : is_vjp x gelu (gelu_bwd x).
Proof. by apply: is_vjp_map => i; exact: is_derive_gelu1. Qed.

End activations_layers.
