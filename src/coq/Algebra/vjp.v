From Coq Require Import Ring Arith.
From Fourfold.Algebra Require Import rings sums dual adjoint.

(******************************************************************************)
(* Vector-Jacobian products over a commutative ring                           *)
(*                                                                            *)
(* F is the program run over dual numbers, f the same program over the ring.  *)
(*                                                                            *)
(*   is_jvp n m F f df   == F (x + v e) = f x + (df x v) e: the derivative of *)
(*       f at x along v is what F gives, for x and v of n and results of m    *)
(*       components                                                           *)
(*   is_vjp n m F f df b == is_jvp n m F f df, and b x is the adjoint of      *)
(*       df x at every x: b is the backward pass of f, from a cotangent of    *)
(*       the output to the cotangent of the input                             *)
(*                                                                            *)
(* The backward pass is unique (vjp_unique). It is given for the identity,    *)
(* the composition (chain rule), the sum of two programs that read the same   *)
(* input (cotangents add), their elementwise product, and the residual        *)
(* connection.                                                                *)
(*                                                                            *)
(* Source: A. Griewank, A. Walther, Evaluating Derivatives (2nd ed., SIAM     *)
(* 2008), sections 3.1 and 3.2.                                               *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Section vjp.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).
Implicit Types (F G : vec (dual K) -> vec (dual K)) (f g : vec K -> vec K).
Implicit Types (df dg b c : vec K -> vec K -> vec K) (x v w : vec K).

(* u is x + v e, so that F reads nothing but its first n components.          *)
Definition is_jvp n m F f df : Prop :=
  forall u x v, agree n u (lift x v) -> agree m (F u) (lift (f x) (df x v)).

Record is_vjp n m F f df b : Prop := IsVjp {
  vjp_jvp : is_jvp n m F f df;
  vjp_adjoint : forall x, is_adjoint n m (df x) (b x)
}.

(* A program has one derivative.                                              *)
Theorem jvp_unique n m F f f' df df' :
  is_jvp n m F f df -> is_jvp n m F f' df' -> forall x v, agree m (df x v) (df' x v).
Proof.
intros J J' x v j lt_j.
assert (E := J _ x v (fun _ _ => eq_refl) j lt_j).
rewrite (J' _ x v (fun _ _ => eq_refl) j lt_j) in E; simpl in E; congruence.
Qed.

(* A program has one backward pass.                                           *)
Theorem vjp_unique n m F f f' df df' b b' :
  is_vjp n m F f df b -> is_vjp n m F f' df' b' ->
  forall x w, agree n (b x w) (b' x w).
Proof.
intros [J A] [J' A'] x w; apply dot_separates; intros v.
rewrite <- A, <- A'; apply dot_ext; [exact (jvp_unique J J' x v)|now intros i _].
Qed.

(* The identity hands the cotangent back: dx = dy.                            *)
Theorem vjp_id n : is_vjp n n (fun u => u) (fun x => x) (fun _ v => v) (fun _ w => w).
Proof. split; [now intros u x v agrees|intros x; apply adjoint_id]. Qed.

(* Chain rule: dx = b_f (x, b_g (f x, dy)).                                   *)
Theorem vjp_comp n m p F f df b G g dg c :
  is_vjp n m F f df b -> is_vjp m p G g dg c ->
  is_vjp n p (fun u => G (F u)) (fun x => g (f x))
    (fun x v => dg (f x) (df x v)) (fun x w => b x (c (f x) w)).
Proof.
intros [J A] [J' A']; split.
- intros u x v agrees; apply J'; exact (J u x v agrees).
- intros x; exact (adjoint_comp (A x) (A' (f x))).
Qed.

(* Fan-out: the cotangents of two programs that read one input add up.        *)
Theorem vjp_add n m F f df b G g dg c :
  is_vjp n m F f df b -> is_vjp n m G g dg c ->
  is_vjp n m (fun u j => F u j + G u j) (fun x j => f x j + g x j)
    (fun x v j => df x v j + dg x v j) (fun x w i => b x w i + c x w i).
Proof.
intros [J A] [J' A']; split.
- intros u x v agrees j lt_j; rewrite (J u x v agrees j lt_j), (J' u x v agrees j lt_j);
  reflexivity.
- intros x; exact (adjoint_add (A x) (A' x)).
Qed.

(* Product rule: dx = b_f (x, g x * dy) + b_g (x, f x * dy).                  *)
Theorem vjp_mul n m F f df b G g dg c :
  is_vjp n m F f df b -> is_vjp n m G g dg c ->
  is_vjp n m (fun u j => F u j * G u j) (fun x j => f x j * g x j)
    (fun x v j => f x j * dg x v j + df x v j * g x j)
    (fun x w i => b x (fun j => g x j * w j) i + c x (fun j => f x j * w j) i).
Proof.
intros [J A] [J' A']; split.
- intros u x v agrees j lt_j; rewrite (J u x v agrees j lt_j), (J' u x v agrees j lt_j);
  reflexivity.
- intros x v w; rewrite dot_add_right, <- (A x), <- (A' x), <- !dot_mul, <- dot_add_left.
  apply dot_ext; intros j _; [ring|reflexivity].
Qed.

(* Residual connection f x + x: dx = b_f (x, dy) + dy.                        *)
Theorem vjp_residual n F f df b :
  is_vjp n n F f df b ->
  is_vjp n n (fun u j => F u j + u j) (fun x j => f x j + x j)
    (fun x v j => df x v j + v j) (fun x w i => b x w i + w i).
Proof. intros V; exact (vjp_add V (vjp_id n)). Qed.

End vjp.
