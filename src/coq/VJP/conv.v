From mathcomp Require Import all_ssreflect ssralg zmodp matrix.
From mathcomp Require Import boolp functions reals.
From mathcomp Require Import topology normedtype derive.
From Fourfold.VJP Require Import vjp linear.

(**md**************************************************************************)
(* # Convolution                                                              *)
(*                                                                            *)
(* Two-dimensional convolution layers (cross-correlation, as deep-learning    *)
(* frameworks define it), with any stride and zero padding, and their three   *)
(* backward maps: with respect to the image, the kernel and the bias.         *)
(*                                                                            *)
(* They are instances of a correlation with free index maps: output o is the  *)
(* sum over taps t of weight (ker o t) times input (inp o t), where a tap     *)
(* that falls into the padding reads None, that is zero. The same lemmas      *)
(* serve depthwise, dilated or one-dimensional layers with other index maps.  *)
(*                                                                            *)
(* ```                                                                        *)
(*             read x i == x_i, or 0 when the optional index i is None        *)
(*  correlation ker inp w x == \row_o \sum_t w_(ker o t) * read x (inp o t)   *)
(*  correlation_dx, correlation_dw == its backward maps                       *)
(*            unindex k == inverse of mathcomp's row-major mxvec_index        *)
(*   padded pad x c u v == the image x, framed by pad zeros, at row u and     *)
(*                        column v of channel c                               *)
(*  conv2d stride pad k b x == convolution layer; see conv2dE                 *)
(*  conv2d_dx, conv2d_dk, conv2d_db == its backward maps; see conv2d_dxE,     *)
(*                        conv2d_dkE and the definition of conv2d_db          *)
(* ```                                                                        *)
(*                                                                            *)
(* Tensors are rows in row-major order: an image has indices channel, row,    *)
(* column; a kernel has output channel, input channel, row, column (OIHW).    *)
(* Output sizes are free: coordinates that read beyond the frame read zeros.  *)
(*                                                                            *)
(* Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press   *)
(* 2016), section 9.5.                                                        *)
(*                                                                            *)
(******************************************************************************)

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory numFieldNormedType.Exports.

Local Open Scope ring_scope.

Section read.
Variable R : realType.

Definition read n (x : 'rV[R]_n) (i : option 'I_n) : R :=
  if i is Some i' then x 0 i' else 0.

(* Reading is a sum with at most one term.                                    *)
Lemma readE n (x : 'rV[R]_n) i : read x i = \sum_(k | i == Some k) x 0 k.
Proof.
case: i => [i|]; last by rewrite big_pred0.
by rewrite (big_pred1 i)// => k; rewrite (inj_eq Some_inj) eq_sym.
Qed.

End read.

Section correlation.
Variables (R : realType) (T : finType) (m k n : nat).
Variables (ker : 'I_n.+1 -> T -> 'I_k.+1).
Variables (inp : 'I_n.+1 -> T -> option 'I_m.+1).
Implicit Types (w : 'rV[R]_k.+1) (x : 'rV[R]_m.+1) (dy : 'rV[R]_n.+1).

Definition correlation w x : 'rV[R]_n.+1 :=
  \row_o \sum_t w 0 (ker o t) * read x (inp o t).

Definition correlation_dx w dy : 'rV[R]_m.+1 :=
  \row_i \sum_o \sum_(t | inp o t == Some i) w 0 (ker o t) * dy 0 o.

Definition correlation_dw x dy : 'rV[R]_k.+1 :=
  \row_l \sum_o \sum_(t | ker o t == l) read x (inp o t) * dy 0 o.

(* A correlation is linear in its input.                                      *)
Let linear_input w : linear (correlation w).
Proof.
move=> a u v; apply/rowP => o; rewrite !mxE mulr_sumr -big_split.
apply: eq_bigr => t _ /=; case: (inp o t) => [i|] /=.
  by rewrite !mxE mulrDr mulrCA.
by rewrite !mulr0 addr0.
Qed.

(* A correlation is linear in its weight.                                     *)
Let linear_weight x : linear (correlation^~ x).
Proof.
move=> a u v; apply/rowP => o; rewrite !mxE mulr_sumr -big_split.
by apply: eq_bigr => t _; rewrite !mxE mulrDl mulrA.
Qed.

(* Backward with respect to the input: dx_i collects w * dy over the taps     *)
(* that read input i.                                                         *)
Lemma is_vjp_correlation w x : is_vjp x (correlation w) (correlation_dx w).
Proof.
apply: is_vjp_linear => [|dy v]; first exact: linear_input.
rewrite /dot; under eq_bigr do rewrite mxE mulr_suml.
rewrite exchange_big; apply: eq_bigr => o _; rewrite mxE mulr_sumr /=.
under eq_bigr do rewrite mulr_suml big_mkcond.
rewrite exchange_big; apply: eq_bigr => t _ /=.
rewrite readE !mulr_sumr [RHS]big_mkcond; apply: eq_bigr => i _.
by case: ifP => // _; rewrite [RHS]mulrCA mulrA.
Qed.

(* Backward with respect to the weight: dw_l collects x * dy over the taps    *)
(* that use weight l.                                                         *)
Lemma is_vjp_correlation_weight w x :
  is_vjp w (correlation^~ x) (correlation_dw x).
Proof.
apply: is_vjp_linear => [|dy v]; first exact: linear_weight.
rewrite /dot; under eq_bigr do rewrite mxE mulr_suml.
rewrite exchange_big; apply: eq_bigr => o _; rewrite mxE mulr_sumr /=.
under eq_bigr do rewrite mulr_suml big_mkcond.
rewrite exchange_big; apply: eq_bigr => t _ /=.
rewrite -big_mkcond (big_pred1 (ker o t)); last by move=> l; rewrite eq_sym.
by rewrite mulrC [read x _ * _]mulrC [RHS]mulrCA.
Qed.

End correlation.

Section index.
Variables m n : nat.

Definition unindex (k : 'I_(m * n)) : 'I_m * 'I_n :=
  enum_val (cast_ord (esym (mxvec_cast m n)) k).

(* Splitting a row-major index undoes building it.                            *)
Lemma mxvec_indexK i j : unindex (mxvec_index i j) = (i, j).
Proof. by rewrite /unindex /mxvec_index cast_ordK enum_rankK. Qed.

(* Building a row-major index undoes splitting it.                            *)
Lemma unindexK k : mxvec_index (unindex k).1 (unindex k).2 = k.
Proof. by case/mxvec_indexP: k => i j; rewrite mxvec_indexK. Qed.

(* Row-major indices are equal iff their components are.                      *)
Lemma eq_mxvec_index (i i' : 'I_m) (j j' : 'I_n) :
  (mxvec_index i j == mxvec_index i' j') = (i == i') && (j == j').
Proof.
apply/eqP/andP => [e|[/eqP-> /eqP->]//].
by have := congr1 unindex e; rewrite !mxvec_indexK => -[-> ->]; rewrite !eqxx.
Qed.

(* A sum over row-major indices is a double sum.                              *)
Lemma sum_mxvec_index (V : nmodType) (F : 'I_(m * n) -> V) :
  \sum_k F k = \sum_i \sum_j F (mxvec_index i j).
Proof.
rewrite pair_bigA (reindex (fun p => mxvec_index p.1 p.2))//=.
exists unindex => [[i j]|k] _ /=; [exact: mxvec_indexK|exact: unindexK].
Qed.

End index.

Section conv2d.
Variables (R : realType) (ic oc h w kh kw oh ow stride pad : nat).

Local Notation idx3 c i j := (mxvec_index c (mxvec_index i j)).
Local Notation idx4 o c a b :=
  (mxvec_index (mxvec_index o c) (mxvec_index a b)).
Local Notation input := 'rV[R]_(ic.+1 * (h.+1 * w.+1)).
Local Notation output := 'rV[R]_(oc.+1 * (oh.+1 * ow.+1)).
Local Notation kernel := 'rV[R]_(oc.+1 * ic.+1 * (kh.+1 * kw.+1)).
Local Notation tap := ('I_ic.+1 * ('I_kh.+1 * 'I_kw.+1))%type.
Implicit Types (k : kernel) (b : 'rV[R]_oc.+1) (x : input) (dy : output).

Definition unpad n u : option 'I_n :=
  if (pad <= u)%N then insub (u - pad)%N else None.

Definition padded x c u v : R :=
  if (unpad h.+1 u, unpad w.+1 v) is (Some r, Some q) then x 0 (idx3 c r q)
  else 0.

Definition conv_ker (o : 'I_(oc.+1 * (oh.+1 * ow.+1))) (t : tap) :=
  idx4 (unindex o).1 t.1 t.2.1 t.2.2.

Definition conv_inp (o : 'I_(oc.+1 * (oh.+1 * ow.+1))) (t : tap) :=
  let (i, j) := unindex (unindex o).2 in
  if (unpad h.+1 (stride * i + t.2.1)%N, unpad w.+1 (stride * j + t.2.2)%N)
    is (Some r, Some q) then Some (idx3 t.1 r q) else None.

Definition channel_bias b : output := \row_o b 0 (unindex o).1.

Definition conv2d k b x : output :=
  (correlation conv_ker conv_inp k x : output) + channel_bias b.

Definition conv2d_dx k dy : input := correlation_dx conv_ker conv_inp k dy.

Definition conv2d_dk x dy : kernel := correlation_dw conv_ker conv_inp x dy.

Definition conv2d_db dy : 'rV[R]_oc.+1 :=
  \row_o \sum_i \sum_j dy 0 (idx3 o i j).

(* Reading the tap of a convolution reads the padded image.                   *)
Let read_conv_inp x o i j (t : tap) : read x (conv_inp (idx3 o i j) t) =
  padded x t.1 (stride * i + t.2.1)%N (stride * j + t.2.2)%N.
Proof.
rewrite /conv_inp !mxvec_indexK/= /padded.
by case: unpad => // r; case: unpad.
Qed.

(* A padded coordinate is pad more than the coordinate it comes from.         *)
Let unpadE n u (r : 'I_n) : (unpad n u == Some r) = (u == r + pad)%N.
Proof.
rewrite /unpad; case: leqP => [pu|up]; last first.
  by apply/esym/negbTE; rewrite neq_ltn (leq_trans up)// leq_addl.
rewrite -[in RHS](subnK pu) eqn_add2r; case: insubP => [r' _ <-//|un].
by apply/esym/negbTE; apply: contraNneq un => ->; exact: ltn_ord.
Qed.

(* The convolution in coordinates: cross-correlation of the zero-padded image *)
(* with the kernel, plus the bias of the output channel.                      *)
Lemma conv2dE k b x o i j : conv2d k b x 0 (idx3 o i j) =
  \sum_c \sum_a \sum_d k 0 (idx4 o c a d) *
    padded x c (stride * i + a)%N (stride * j + d)%N + b 0 o.
Proof.
rewrite !mxE mxvec_indexK/=; congr (_ + _).
under [RHS]eq_bigr do rewrite pair_bigA; rewrite pair_bigA /=.
apply: eq_bigr => -[c [a d]] _.
by rewrite /conv_ker mxvec_indexK read_conv_inp.
Qed.

(* Backward with respect to the input image.                                  *)
Lemma is_vjp_conv2d k b x : is_vjp x (conv2d k b) (conv2d_dx k).
Proof. exact/is_vjp_shift/is_vjp_correlation. Qed.

(* Backward with respect to the kernel.                                       *)
Lemma is_vjp_conv2d_kernel k b x :
  is_vjp k (fun k => conv2d k b x) (conv2d_dk x).
Proof. exact/is_vjp_shift/is_vjp_correlation_weight. Qed.

Let sum_channel (V : nmodType) (F : 'I_(oc.+1 * (oh.+1 * ow.+1)) -> V)
    (o : 'I_oc.+1) :
  \sum_(l | (unindex l).1 == o) F l = \sum_i \sum_j F (idx3 o i j).
Proof.
rewrite big_mkcond sum_mxvec_index (bigD1 o)//= [X in _ + X]big1 => [|o' o'o].
  under eq_bigr do rewrite mxvec_indexK eqxx.
  by rewrite addr0 sum_mxvec_index.
by rewrite big1// => l _; rewrite mxvec_indexK (negbTE o'o).
Qed.

(* Backward with respect to the bias: each channel's cotangents are summed.   *)
Lemma is_vjp_conv2d_bias k b x : is_vjp b (fun b => conv2d k b x) conv2d_db.
Proof.
rewrite (_ : (fun b => _) = fun b => channel_bias b +
    correlation conv_ker conv_inp k x); last first.
  by apply/funext => c; rewrite addrC.
apply: is_vjp_shift; apply: is_vjp_eq (is_vjp_reindex b _) _ => dy.
by apply/rowP => o; rewrite !mxE; exact: sum_channel.
Qed.

Let conv_kerE o l (t : tap) o' c a d :
  (conv_ker (mxvec_index o l) t == idx4 o' c a d) =
  (o == o') && (t == (c, (a, d))).
Proof.
rewrite /conv_ker mxvec_indexK !eq_mxvec_index /=.
by rewrite -andbA; case: t => [c' [a' d']]; rewrite !xpair_eqE.
Qed.

(* The kernel's cotangent in coordinates: the padded image correlated with    *)
(* the output's cotangent.                                                    *)
Lemma conv2d_dkE x dy o c a d : conv2d_dk x dy 0 (idx4 o c a d) =
  \sum_(i < oh.+1) \sum_(j < ow.+1)
    padded x c (stride * i + a)%N (stride * j + d)%N * dy 0 (idx3 o i j).
Proof.
rewrite (_ : conv2d_dk _ _ _ _ = \sum_(l < oc.+1 * (oh.+1 * ow.+1))
    \sum_(t | conv_ker l t == idx4 o c a d) read x (conv_inp l t) * dy 0 l);
  last by rewrite mxE.
rewrite sum_mxvec_index (bigD1 o)//= [X in _ + X]big1 ?addr0 => [|o' o'o].
  rewrite sum_mxvec_index; apply: eq_bigr => i _; apply: eq_bigr => j _.
  rewrite (big_pred1 (c, (a, d))) ?read_conv_inp// => t.
  by rewrite conv_kerE eqxx.
by rewrite big1// => l _; apply: big_pred0 => t; rewrite conv_kerE (negPf o'o).
Qed.

Let conv_inpE o i j (t : tap) c r q :
  (conv_inp (idx3 o i j) t == Some (idx3 c r q)) =
  (t.1 == c) && ((stride * i + t.2.1 == r + pad) &&
    (stride * j + t.2.2 == q + pad))%N.
Proof.
rewrite -!unpadE /conv_inp !mxvec_indexK/=.
case: unpad => [r'|]; last by rewrite andbF.
case: unpad => [q'|]; last by rewrite !andbF.
by rewrite !(inj_eq Some_inj) !eq_mxvec_index.
Qed.

(* The image's cotangent in coordinates: each input collects kernel times     *)
(* cotangent over the taps that read it.                                      *)
Lemma conv2d_dxE k dy c r q : conv2d_dx k dy 0 (idx3 c r q) =
  \sum_o \sum_(i < oh.+1) \sum_(j < ow.+1)
    \sum_(a < kh.+1 | (stride * i + a == r + pad)%N)
      \sum_(d < kw.+1 | (stride * j + d == q + pad)%N)
        k 0 (idx4 o c a d) * dy 0 (idx3 o i j).
Proof.
rewrite (_ : conv2d_dx _ _ _ _ = \sum_(l < oc.+1 * (oh.+1 * ow.+1))
    \sum_(t | conv_inp l t == Some (idx3 c r q)) k 0 (conv_ker l t) * dy 0 l);
  last by rewrite mxE.
rewrite sum_mxvec_index; apply: eq_bigr => o _.
rewrite sum_mxvec_index; apply: eq_bigr => i _; apply: eq_bigr => j _.
rewrite pair_big; transitivity (\sum_(c' | c' == c)
    \sum_(p : 'I_kh.+1 * 'I_kw.+1 |
        (stride * i + p.1 == r + pad)%N && (stride * j + p.2 == q + pad)%N)
      k 0 (idx4 o c' p.1 p.2) * dy 0 (idx3 o i j));
  last by rewrite big_pred1_eq.
rewrite pair_big; apply: eq_big => [t|t _]; first by rewrite conv_inpE.
by rewrite /conv_ker mxvec_indexK.
Qed.

End conv2d.
