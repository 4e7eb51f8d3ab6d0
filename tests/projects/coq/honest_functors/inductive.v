Module Type Shape.
Inductive t : Set := dot | pair (l r : t).
Record named : Set := name { label : nat; shape : t }.
Definition both (x y : t) := pair x y.
End Shape.
Module Type Holder. Declare Module Inner : Shape. Parameter one : Inner.t. End Holder.
Module Impl.
Inductive t : Set := dot | pair (l r : t).
Record named : Set := name { label : nat; shape : t }.
Definition both (x y : t) := pair x y.
End Impl.
Module Sealed : Holder. Module Inner := Impl. Definition one := Inner.both Inner.dot Impl.dot. End Sealed.
Module Wrap (Given : Shape) : Holder. Module Inner := Given. Definition one := Inner.both Inner.dot Given.dot. End Wrap.
Module Open (Given : Shape). Module Inner := Given. Module Again := Inner. Lemma same : Again.dot = Given.dot. Proof. reflexivity. Qed. End Open.
Module A := Wrap Impl. Module B := Open Impl. Module C := Open A.Inner. Module D := Open Sealed.Inner.
Lemma claim : B.Again.both B.Inner.dot Impl.dot = Impl.pair B.Again.dot Impl.dot /\ C.Again.dot = A.Inner.dot.
Proof. split; [reflexivity | exact C.same]. Qed.
