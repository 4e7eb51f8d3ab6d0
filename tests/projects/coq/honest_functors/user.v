From honest_functors Require main.
Module Deep := main.Deep main.Unit.
Module Make (Given : main.Shape) : main.Holder. Module Inner := Given. Definition law := Given.law. End Make.
Module Made := Make Deep.E.
Module Twice (Given : main.Shape).
Module First := Make Given.
Module Second := main.Again First.Inner.
Lemma same : Second.C.one = First.Inner.one. Proof. exact Second.same. Qed.
End Twice.
Module Both := Twice Made.Inner.
Module Part. Include main.A5. Module More := main.Again main.Unit. End Part.
Lemma claim : Part.More.C.one = main.Unit.two /\ Both.Second.B.one = Both.First.Inner.one.
Proof. split; [reflexivity | exact Both.same]. Qed.
