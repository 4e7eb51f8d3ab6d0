From Coq Require Import Ring ZArith.

(******************************************************************************)
(* Commutative rings, bundled                                                 *)
(*                                                                            *)
(* A program that is written once for every commutative ring can be run over  *)
(* the numbers, and over dual numbers (dual.v) to get its derivative. So the  *)
(* ring is a value here: a carrier, its operations, and the laws, stated by   *)
(* the `ring_theory` of the standard library, which the tactic `ring` reads.  *)
(*                                                                            *)
(*   commutative_ring == the type of commutative rings; one coerces to its    *)
(*                       carrier                                              *)
(*   0, 1, x + y, x - y, x * y, - x   in the scope algebra_scope              *)
(*   vec K            == nat -> K. A vector of n components is a function of  *)
(*                       which only the values below n count.                 *)
(*   agree n x y      == x and y have the same n components                   *)
(*   integers         == the ring Z, which shows that the laws can be met     *)
(*                                                                            *)
(* Nothing here rests on an axiom: functions are compared by their values.    *)
(* Source: S. Lang, Algebra (3rd ed., Springer 2002), section II.1.           *)
(******************************************************************************)

Set Implicit Arguments.

Record commutative_ring : Type := CommutativeRing {
  carrier :> Type;
  zero : carrier;
  one : carrier;
  add : carrier -> carrier -> carrier;
  mul : carrier -> carrier -> carrier;
  sub : carrier -> carrier -> carrier;
  opp : carrier -> carrier;
  laws : ring_theory zero one add mul sub opp (@eq carrier)
}.

Arguments zero {_}.
Arguments one {_}.
Arguments add {_} _ _.
Arguments mul {_} _ _.
Arguments sub {_} _ _.
Arguments opp {_} _.

Declare Scope algebra_scope.
Delimit Scope algebra_scope with A.
Notation "0" := zero : algebra_scope.
Notation "1" := one : algebra_scope.
Infix "+" := add : algebra_scope.
Infix "-" := sub : algebra_scope.
Infix "*" := mul : algebra_scope.
Notation "- x" := (opp x) : algebra_scope.

Definition vec (K : commutative_ring) : Type := nat -> K.

Definition agree (K : commutative_ring) (n : nat) (x y : vec K) : Prop :=
  forall i, i < n -> x i = y i.

Section zero.
Variable K : commutative_ring.
Add Ring K_ring : (laws K).

Lemma add_zero_left (x : K) : (0 + x = x)%A.
Proof. ring. Qed.

Lemma add_zero_right (x : K) : (x + 0 = x)%A.
Proof. ring. Qed.

End zero.

Lemma integer_laws : ring_theory 0%Z 1%Z Z.add Z.mul Z.sub Z.opp (@eq Z).
Proof. split; intros; ring. Qed.

Definition integers : commutative_ring := CommutativeRing integer_laws.

(* The integers are not the trivial ring, in which every equation holds.      *)
Theorem integers_not_trivial : (1 : integers)%A <> 0%A.
Proof. discriminate. Qed.
