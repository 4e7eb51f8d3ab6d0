axiom gap : False
