From Coq Require Import PrimString.
Open Scope pstring_scope.
Lemma fine : "
!x. Quit.
" = "
!x. Quit.
".
Proof. reflexivity. Qed.
