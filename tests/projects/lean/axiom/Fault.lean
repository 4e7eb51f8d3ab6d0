axiom gap : False

theorem claim : 1 = 2 := gap.elim
