Module Type Small.
Inductive one : Set := only.
End Small.
Module Type Holder.
Declare Module Inner : Small.
End Holder.
Module Wrap (Given : Small) : Holder.
Module Inner := Given.
End Wrap.
Lemma claim : True.
Proof. exact I. Qed.
