private theorem gap : 1 = 2 := sorry

theorem claim : 2 = 1 := gap.symm
