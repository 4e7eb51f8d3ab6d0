From alias_across_files Require Import base.
Module Arg. Definition on := true. End Arg.
Module A := Wire Arg.
Lemma l : A.Copy.lit = true. Proof. reflexivity. Qed.
