From alias_in_functor Require honest_include.
Lemma l : honest_include.A.Copy.lit = true. Proof. exact honest_include.l. Qed.
