Set Universe Polymorphism.
Inductive held@{u} (A : Type@{u}) := hold : A -> held A.
Definition release@{u} (A : Type@{u}) (h : held@{u} A) : A := match h with hold _ a => a end.
