Axiom functional_extensionality_dep : False.
