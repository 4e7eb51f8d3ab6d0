(* Recursion as people write it, which the independent check must let through. *)
Inductive rose := branch : list rose -> rose.
Fixpoint size (r : rose) : nat :=
  match r with
  | branch below => S ((fix all (l : list rose) : nat :=
      match l with nil => 0 | cons first rest => size first + all rest end) below)
  end.
Definition fold (step : rose -> nat) := fix all (l : list rose) : nat :=
  match l with nil => 0 | cons first rest => step first + all rest end.
Fixpoint weight (r : rose) : nat := match r with branch below => S (fold weight below) end.
Fixpoint even (n : nat) : bool := match n with 0 => true | S before => odd before end
with odd (n : nat) : bool := match n with 0 => false | S before => even before end.
Fixpoint ackermann (m : nat) : nat -> nat :=
  match m with
  | 0 => S
  | S below => fix inner (n : nat) : nat :=
      match n with 0 => ackermann below 1 | S before => ackermann below (inner before) end
  end.
Fixpoint halve (n : nat) : nat :=
  match n with 0 => 0 | S 0 => 0 | S (S before) => let rest := before in S (halve rest) end.
Inductive vector (A : Type) : nat -> Type :=
| empty : vector A 0
| add (a : A) (n : nat) (rest : vector A n) : vector A (S n).
Definition zip (A B : Type) := fix go (n : nat) (v : vector A n) : vector B n -> vector (A * B) n :=
  match v in vector _ n return vector B n -> vector (A * B) n with
  | empty _ => fun _ => empty _
  | add _ a n rest => fun w =>
      match w in vector _ m return
        match m with 0 => unit | S k => (vector B k -> vector (A * B) k) -> vector (A * B) (S k) end
      with
      | empty _ => tt
      | add _ b k other => fun more => add _ (a, b) k (more other)
      end (go n rest)
  end.
Inductive reach (A : Type) (step : A -> A -> Prop) (a : A) : Prop :=
  arrive : (forall b, step b a -> reach A step b) -> reach A step a.
Fixpoint by_reach (A : Type) (step : A -> A -> Prop) (P : A -> Prop)
  (each : forall a, (forall b, step b a -> P b) -> P a) (a : A) (r : reach A step a) {struct r} : P a :=
  each a (fun b s => by_reach A step P each b (match r with arrive _ _ _ next => next b s end)).
CoInductive stream (A : Type) : Type := next : A -> stream A -> stream A.
CoFixpoint from (n : nat) : stream nat := next nat n (from (S n)).
CoFixpoint left_of (n : nat) : stream nat := next nat n (right_of n)
with right_of (n : nat) : stream nat := next nat n (left_of (S n)).
Theorem claim : size (branch nil) = 1. Proof. reflexivity. Qed.
