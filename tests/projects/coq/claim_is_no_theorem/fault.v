Inductive fermat : Prop := .
Inductive answer : Prop := yes.
Record packed : Prop := { first : True }.
Definition goldbach : Prop := False.
Definition sort := Prop.
Definition hidden : sort := False.
Definition many (n : nat) : Prop := n = n + 1.
Definition strict : SProp := forall P : SProp, P.
