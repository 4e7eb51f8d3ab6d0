From Coq Require Import Ring Arith ZArith Lia.
From Fourfold.Algebra Require Import rings sums dual adjoint vjp dense.

(******************************************************************************)
(* A network, and its gradient over the integers                              *)
(*                                                                            *)
(* The theorems on layers put together for y = h * h + x with h = dense n W   *)
(* c x, whose backward pass follows from theirs alone; and its values over    *)
(* the integers, which show that the hypotheses of those theorems can be met, *)
(* and that not every map is a backward pass.                                 *)
(*                                                                            *)
(*   network n W c x           == dense layer, square, residual connection    *)
(*   network_backward n W c x w == its backward pass                          *)
(*                                                                            *)
(* Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image  *)
(* recognition (CVPR 2016), section 3.1, for the residual connection.         *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Definition network (K : commutative_ring) n (W : nat -> vec K) (c x : vec K) : vec K :=
  fun j => dense n W c x j * dense n W c x j + x j.

Section network.
Variable K : commutative_ring.
Implicit Types (W : nat -> vec K) (c x v w : vec K).

Definition network_backward n W c x w : vec K :=
  fun i => sum n (fun j => W i j * (dense n W c x j * w j + dense n W c x j * w j)) + w i.

(* The backward pass of the network: chain rule, product and residual.        *)
Theorem vjp_network n W c :
  is_vjp n n
    (network n (fun i => constants (W i)) (constants c)) (network n W c)
    (fun x v j => dense n W c x j * sum n (fun i => v i * W i j)
       + sum n (fun i => v i * W i j) * dense n W c x j + v j)
    (network_backward n W c).
Proof.
exact (vjp_residual
  (vjp_comp (vjp_dense_input n n W c) (vjp_mul (vjp_id K n) (vjp_id K n)))).
Qed.

End network.

Definition vector (a b : Z) : vec integers := fun i => match i with O => a | _ => b end.
Definition weight : nat -> vec integers :=
  fun i => match i with O => vector 1 2 | _ => vector 3 4 end.

(* At x = (1, 2), the gradient of the first output over Z is (17, 48).        *)
Theorem network_gradient :
  agree 2 (network_backward 2 weight (vector 1 1) (vector 1 2) (vector 1 0)) (vector 17 48).
Proof. intros [|[|i]] lt_i; [reflexivity|reflexivity|lia]. Qed.

(* Run on dual numbers, the program gives the first component of it too.      *)
Theorem network_tangent :
  network 2 (fun i => constants (weight i)) (constants (vector 1 1))
    (lift (vector 1 2) (vector 1 0)) 0%nat = (65%Z, 17%Z).
Proof. reflexivity. Qed.

(* The map to zero is no backward pass of the identity over Z.                *)
Theorem zero_is_no_vjp df :
  ~ is_vjp 1 1 (fun u : vec (dual integers) => u) (fun x => x) df (fun _ _ _ => 0).
Proof.
intros V.
discriminate (vjp_unique V (vjp_id integers 1) (fun _ => 0) (fun _ => 1) Nat.lt_0_1).
Qed.
