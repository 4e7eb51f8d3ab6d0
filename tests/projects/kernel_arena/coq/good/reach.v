Inductive reach (A : Type) (step : A -> A -> Prop) (a : A) : Prop :=
  arrive : (forall b, step b a -> reach A step b) -> reach A step a.
Fixpoint by_reach (A : Type) (step : A -> A -> Prop) (P : A -> Prop)
  (each : forall a, (forall b, step b a -> P b) -> P a) (a : A) (r : reach A step a)
  {struct r} : P a :=
  each a (fun b s =>
    by_reach A step P each b (match r with arrive _ _ _ further => further b s end)).
