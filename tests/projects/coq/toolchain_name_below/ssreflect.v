Axiom gap : False.
