From Coq Require Import Ring Arith.
From Fourfold.Algebra Require Import rings sums.

(******************************************************************************)
(* Dual numbers                                                               *)
(*                                                                            *)
(* The dual numbers K[e], e * e = 0, over a commutative ring K: pairs (x, v)  *)
(* for x + v e. A program run on them gives its value and its derivative,     *)
(* which is forward-mode automatic differentiation.                           *)
(*                                                                            *)
(*   dual K       == the dual numbers, as a commutative ring                  *)
(*   value, tangent == the two parts of a dual number                         *)
(*   constant x   == x + 0 e                                                  *)
(*   epsilon      == e                                                        *)
(*   lift x v     == the vector x + v e                                       *)
(*   constants x  == the vector x + 0 e                                       *)
(*                                                                            *)
(* Source: A. Griewank, A. Walther, Evaluating Derivatives (2nd ed., SIAM     *)
(* 2008), section 3.1; W. K. Clifford, Preliminary sketch of biquaternions    *)
(* (1873).                                                                    *)
(******************************************************************************)

Set Implicit Arguments.
Local Open Scope algebra_scope.

Section dual.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).

Definition dual_add (a b : K * K) : K * K := (fst a + fst b, snd a + snd b).
Definition dual_mul (a b : K * K) : K * K := (fst a * fst b, fst a * snd b + snd a * fst b).
Definition dual_sub (a b : K * K) : K * K := (fst a - fst b, snd a - snd b).
Definition dual_opp (a : K * K) : K * K := (- fst a, - snd a).

(* The dual numbers satisfy the laws of a commutative ring.                   *)
Lemma dual_laws :
  ring_theory (0, 0) (1, 0) dual_add dual_mul dual_sub dual_opp (@eq (K * K)).
Proof.
split; intros; try destruct x; unfold dual_add, dual_mul, dual_sub, dual_opp; simpl; f_equal;
  ring.
Qed.

Definition dual : commutative_ring := CommutativeRing dual_laws.

Definition value (a : dual) : K := fst a.
Definition tangent (a : dual) : K := snd a.
Definition constant (x : K) : dual := (x, 0).
Definition epsilon : dual := (0, 1).
Definition lift (x v : vec K) : vec dual := fun i => (x i, v i).
Definition constants (x : vec K) : vec dual := fun i => constant (x i).

(* The square of epsilon is zero.                                             *)
Theorem epsilon_squared : epsilon * epsilon = 0.
Proof. unfold epsilon; simpl; unfold dual_mul; simpl; f_equal; ring. Qed.

(* A dual number is its value plus its tangent times epsilon.                 *)
Theorem dual_decomposition (a : dual) :
  a = constant (value a) + constant (tangent a) * epsilon.
Proof.
destruct a as [x v]; simpl; unfold dual_add, dual_mul; simpl; f_equal; ring.
Qed.

(* The parts of a sum of dual numbers are the sums of their parts.            *)
Theorem sum_dual n (f : vec dual) :
  sum n f = (sum n (fun i => value (f i)), sum n (fun i => tangent (f i))).
Proof. induction n as [|n IH]; simpl; [|rewrite IH]; reflexivity. Qed.

End dual.

Arguments constant {K} x.
Arguments lift {K} x v i /.
Arguments constants {K} x i /.
