axiom claim : 3 = 4
