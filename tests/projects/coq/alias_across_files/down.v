From alias_across_files Require Import base.
Module Arg. Definition on := false. End Arg.
Module A := Wire Arg.
Lemma l : A.Copy.lit = false. Proof. reflexivity. Qed.
