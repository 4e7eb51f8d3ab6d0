Module Type Shape.
Parameter t : Set.
Parameters one two : t.
Axiom law : one = two.
Definition pair := (one, two).
End Shape.
Module Unit.
Definition t := unit.
Definition one := tt.
Definition two := tt.
Lemma law : one = two. Proof. reflexivity. Qed.
Definition pair := (one, two).
End Unit.
Module Type Holder. Declare Module Inner : Shape. Axiom law : Inner.one = Inner.two. End Holder.
Module Sealed : Holder. Module Inner := Unit. Lemma law : Inner.one = Unit.two. Proof. reflexivity. Qed. End Sealed.
Module Hide (Given : Shape) : Holder. Module Inner := Given. Definition law := Given.law. End Hide.
Module Show (Given : Shape) <: Holder. Module Inner := Given. Definition law := Inner.law. End Show.
Module Keep (Given : Shape) : Holder with Module Inner := Given. Module Inner := Given. Definition law := Inner.law. End Keep.
Module Again (Given : Shape). Module A := Given. Module B := A. Module C := B. Lemma same : C.one = Given.one. Proof. reflexivity. Qed. End Again.
Module Copy (Given : Shape) <: Shape. Include Given. Lemma same : one = Given.one. Proof. reflexivity. Qed. End Copy.
Module Same (Given : Shape) := Given.
Module Deep (Given : Shape).
Module A := Again Given.
Module B := A.C.
Module D := Hide B.
Module E := D.Inner.
Lemma same : B.one = Given.one. Proof. exact A.same. Qed.
End Deep.
Module Type OfUnit := Holder with Module Inner := Unit.
Module Use (H : OfUnit). Module K := H.Inner. Lemma claim : K.one = Unit.two. Proof. reflexivity. Qed. End Use.
Module A1 := Hide Unit. Module A2 := Show Unit. Module A3 := Keep Unit. Module A4 := Again Unit.
Module A5 := Copy A1.Inner. Module A6 := Same A1.Inner. Module A7 := Deep A6. Module A8 := Use A3.
Module A9 := Again Sealed.Inner. Module A10 := Again A7.E.
Include A4.
Lemma claim : A7.B.one = A1.Inner.one /\ A3.Inner.pair = A2.Inner.pair /\ C.one = Unit.one.
Proof. repeat split; exact A7.same. Qed.
