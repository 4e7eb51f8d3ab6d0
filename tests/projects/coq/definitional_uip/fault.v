Set Definitional UIP.
Inductive same {A} (a : A) : A -> SProp := refl : same a a.
Definition claim (A : Type) (a : A) (P : same a a -> Type) (p : P (refl a)) (e : same a a) : P e :=
  match e with refl _ => p end.
