Definition two := 2.
Definition same (A B : Type) : Prop := A = B.
