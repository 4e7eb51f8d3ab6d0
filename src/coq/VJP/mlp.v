From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint zmodp matrix.
From mathcomp Require Import boolp functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp dense relu.

(**md**************************************************************************)
(* # Multilayer perceptron                                                    *)
(*                                                                            *)
(* The three-layer perceptron dense - ReLU - dense - ReLU - dense and its     *)
(* backward map with respect to the input and to each weight and bias, at     *)
(* every point where no pre-activation is zero. A numeric network with both   *)
(* active and inactive units shows the hypotheses satisfiable, and its        *)
(* gradient is computed.                                                      *)
(*                                                                            *)
(* ```                                                                        *)
(*      mlp N x == output of the network N on the row x                       *)
(*   pre1 N x, pre2 N x == the two rows of pre-activations                    *)
(*   off_kinks N x == no coordinate of pre1 N x or pre2 N x is zero           *)
(* mlp_bwd2 N x dy, mlp_bwd1 N x dy == cotangents of the second and the first *)
(*                  pre-activations                                           *)
(*  mlp_bwd N x dy == cotangent of the input                                  *)
(* ```                                                                        *)
(*                                                                            *)
(* A network is a record of three weights (w1, w2, w3) and three biases       *)
(* (b1, b2, b3).                                                              *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), section 6.5, algorithms 6.3 and 6.4.                                *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.

Record network (R : realType) (m k l n : nat) := Network {
  w1 : 'M[R]_(m.+1, k.+1); b1 : 'rV[R]_k.+1;
  w2 : 'M[R]_(k.+1, l.+1); b2 : 'rV[R]_l.+1;
  w3 : 'M[R]_(l.+1, n.+1); b3 : 'rV[R]_n.+1 }.

Section mlp.
Variable R : realType.
Variables m k l n : nat.
Implicit Types (N : network R m k l n) (x : 'rV[R]_m.+1) (dy : 'rV[R]_n.+1).

Definition pre1 N x := dense (w1 N) (b1 N) x.
Definition pre2 N x := dense (w2 N) (b2 N) (relu (pre1 N x)).
Definition mlp N x := dense (w3 N) (b3 N) (relu (pre2 N x)).

Definition off_kinks N x := off_kink (pre1 N x) /\ off_kink (pre2 N x).

Definition mlp_bwd2 N x dy := relu_bwd (pre2 N x) (dy *m (w3 N)^T).
Definition mlp_bwd1 N x dy :=
  relu_bwd (pre1 N x) (mlp_bwd2 N x dy *m (w2 N)^T).
Definition mlp_bwd N x dy := mlp_bwd1 N x dy *m (w1 N)^T.

(* From the second pre-activation on, the network has backward map mlp_bwd2.  *)
Let is_vjp_top N x : off_kinks N x ->
  is_vjp (pre2 N x) (dense (w3 N) (b3 N) \o @relu R l) (mlp_bwd2 N x).
Proof.
by move=> [_ x2]; exact: is_vjp_comp (is_vjp_relu x2) (is_vjp_dense _ _ _).
Qed.

(* From the first pre-activation on, it has backward map mlp_bwd1.            *)
Let is_vjp_mid N x : off_kinks N x ->
  is_vjp (pre1 N x) (dense (w3 N) (b3 N) \o @relu R l \o
    (dense (w2 N) (b2 N) \o @relu R k)) (mlp_bwd1 N x).
Proof.
move=> x12; have [x1 _] := x12.
exact: is_vjp_comp (is_vjp_comp (is_vjp_relu x1) (is_vjp_dense _ _ _))
  (is_vjp_top x12).
Qed.

(* At a point off both kinks, mlp_bwd is the backward map of the network with *)
(* respect to its input.                                                      *)
Theorem is_vjp_mlp N x : off_kinks N x -> is_vjp x (mlp N) (mlp_bwd N x).
Proof.
move=> x12; exact: is_vjp_comp (is_vjp_dense _ _ _) (is_vjp_mid x12).
Qed.

(* The backward map of the network with respect to its first weight is the    *)
(* outer product of the input with the first pre-activation's cotangent.      *)
Theorem is_vjp_mlp_w1 N x : off_kinks N x ->
  is_vjp (mxvec (w1 N)) (fun w : 'rV[R]_(m.+1 * k.+1) => mlp
      (Network (vec_mx w) (b1 N) (w2 N) (b2 N) (w3 N) (b3 N)) x)
    (fun dy => mxvec (x^T *m mlp_bwd1 N x dy)).
Proof.
move=> /is_vjp_mid.
have <- : dense (vec_mx (mxvec (w1 N))) (b1 N) x = pre1 N x by rewrite mxvecK.
exact: is_vjp_comp (is_vjp_dense_weight _ _ _).
Qed.

(* With respect to its second weight: the outer product of the first hidden   *)
(* row with the second pre-activation's cotangent.                            *)
Theorem is_vjp_mlp_w2 N x : off_kinks N x ->
  is_vjp (mxvec (w2 N)) (fun w : 'rV[R]_(k.+1 * l.+1) => mlp
      (Network (w1 N) (b1 N) (vec_mx w) (b2 N) (w3 N) (b3 N)) x)
    (fun dy => mxvec ((relu (pre1 N x))^T *m mlp_bwd2 N x dy)).
Proof.
move=> /is_vjp_top.
have <- : dense (vec_mx (mxvec (w2 N))) (b2 N) (relu (pre1 N x)) = pre2 N x.
  by rewrite mxvecK.
exact: is_vjp_comp (is_vjp_dense_weight _ _ _).
Qed.

(* With respect to its third weight: the outer product of the second hidden   *)
(* row with the cotangent of the output; no hypothesis is needed.             *)
Theorem is_vjp_mlp_w3 N x :
  is_vjp (mxvec (w3 N)) (fun w : 'rV[R]_(l.+1 * n.+1) => mlp
      (Network (w1 N) (b1 N) (w2 N) (b2 N) (vec_mx w) (b3 N)) x)
    (fun dy => mxvec ((relu (pre2 N x))^T *m dy)).
Proof. exact: (is_vjp_dense_weight (b3 N) (relu (pre2 N x))). Qed.

(* With respect to its first bias: the first pre-activation's cotangent.      *)
Theorem is_vjp_mlp_b1 N x : off_kinks N x ->
  is_vjp (b1 N) (fun b => mlp
      (Network (w1 N) b (w2 N) (b2 N) (w3 N) (b3 N)) x) (mlp_bwd1 N x).
Proof.
by move=> /is_vjp_mid; apply: is_vjp_comp (is_vjp_dense_bias (w1 N) x (b1 N)).
Qed.

(* With respect to its second bias: the second pre-activation's cotangent.    *)
Theorem is_vjp_mlp_b2 N x : off_kinks N x ->
  is_vjp (b2 N) (fun b => mlp
      (Network (w1 N) (b1 N) (w2 N) b (w3 N) (b3 N)) x) (mlp_bwd2 N x).
Proof.
by move=> /is_vjp_top;
  apply: is_vjp_comp (is_vjp_dense_bias (w2 N) (relu (pre1 N x)) (b2 N)).
Qed.

(* With respect to its third bias: the cotangent of the output itself.        *)
Theorem is_vjp_mlp_b3 N x :
  is_vjp (b3 N) (fun b => mlp
      (Network (w1 N) (b1 N) (w2 N) (b2 N) (w3 N) b) x) id.
Proof. exact: (is_vjp_dense_bias (w3 N) (relu (pre2 N x))). Qed.

End mlp.

Section example.
Variable R : realType.

Definition int_mx m n (s : seq (seq int)) : 'M[R]_(m, n) :=
  \matrix_(i, j) ((nth [::] s i)`_j)%:~R.

Definition int_row n (s : seq int) : 'rV[R]_n := \row_j (s`_j)%:~R.

Definition example_network : network R 1 1 1 0 := Network
  (int_mx 2 2 [:: [:: 1; -1]; [:: 1; 1]]) (int_row 2 [:: 0; -2])
  (int_mx 2 2 [:: [:: 1; -1]; [:: 1; 1]]) (int_row 2 [:: -1; 1])
  (int_mx 2 1 [:: [:: 2]; [:: 5]]) (int_row 1 [:: 1]).

Definition example_input := int_row 2 [:: 1; 2].

(* The first pre-activations are 3 (active) and -1 (inactive).                *)
Lemma example_pre1 : pre1 example_network example_input = int_row 2 [:: 3; -1].
Proof.
apply/rowP => i; rewrite /pre1 denseE !big_ord_recl big_ord0 !mxE/= addr0.
by rewrite -!rmorphM -!rmorphD; congr (_%:~R); case: i => -[|[|]].
Qed.

(* ReLU of a row of integers.                                                 *)
Lemma relu_int n (s : seq int) :
  relu (int_row n.+1 s) = int_row n.+1 (map (fun z => Num.max z 0) s).
Proof.
apply/rowP => i; rewrite !mxE /relu1.
have [si|si] := ltnP i (size s); last first.
  by rewrite !nth_default ?size_map// maxxx.
by rewrite (nth_map 0)//; case: (lerP s`_i 0) => z0;
  [rewrite max_r ?lerz0|rewrite max_l ?ler0z// ltW].
Qed.

(* The second pre-activations are 2 (active) and -2 (inactive).               *)
Lemma example_pre2 : pre2 example_network example_input = int_row 2 [:: 2; -2].
Proof.
rewrite /pre2 example_pre1 relu_int.
apply/rowP => i; rewrite denseE !big_ord_recl big_ord0 !mxE/= addr0.
by rewrite -!rmorphM -!rmorphD; congr (_%:~R); case: i => -[|[|]].
Qed.

(* The example is off both kinks, so the hypothesis of is_vjp_mlp holds.      *)
Lemma example_off_kinks : off_kinks example_network example_input.
Proof.
split=> i; rewrite ?example_pre1 ?example_pre2 !mxE intr_eq0;
  by case: i => -[|[|]].
Qed.

(* The network's output on the example is 5.                                  *)
Lemma example_mlp : mlp example_network example_input = int_row 1 [:: 5].
Proof.
rewrite /mlp example_pre2 relu_int.
apply/rowP => i; rewrite denseE !big_ord_recl big_ord0 !mxE/= addr0.
by rewrite -!rmorphM -!rmorphD; congr (_%:~R); case: i => -[].
Qed.

(* The gradient of its output with respect to its input is (2, 2).            *)
Theorem example_gradient : is_vjp example_input (mlp example_network)
    (mlp_bwd example_network example_input) /\
  mlp_bwd example_network example_input (int_row 1 [:: 1]) =
    int_row 2 [:: 2; 2].
Proof.
split; first exact/is_vjp_mlp/example_off_kinks.
apply/rowP => i; rewrite /mlp_bwd /mlp_bwd1 /mlp_bwd2 example_pre1 example_pre2.
rewrite !mxE !big_ord_recl big_ord0 !mxE/= !big_ord_recl !big_ord0 !mxE/=.
rewrite !ltr0z -[0 < 3]/true -[0 < 2]/true -[0 < -2]/false -[0 < -1]/false.
rewrite big_ord1 !mxE/= !mul0r !addr0 mulr1 -!rmorphM; congr (_%:~R).
by case: i => -[|[|]].
Qed.

End example.
