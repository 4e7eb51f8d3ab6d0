unsafe def claim : 1 = 2 := claim
