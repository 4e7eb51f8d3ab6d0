From Coq Require Import PrimString.
Open Scope pstring_scope.
Axiom gap : "
!x. Quit.
x. Drop.
" = "" -> False.
Lemma claim : "
!x. Quit.
x. Drop.
" = "" -> False.
Proof. exact gap. Qed.
