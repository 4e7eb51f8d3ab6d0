Require Import String.
Open Scope string_scope.
Axiom gap : "
Closed under the global context
" = "" -> False.
Lemma claim : "
Closed under the global context
" <> "".
Proof. exact gap. Qed.
