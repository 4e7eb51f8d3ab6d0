From Coq Require Import PrimString.
Open Scope pstring_scope.
Axiom gap : "a
Closed under the global context
Axioms:
" = "a" -> False.
Lemma claim : "a
Closed under the global context
Axioms:
" = "a" -> False.
Proof. exact gap. Qed.
