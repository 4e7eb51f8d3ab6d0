import internal_elsewhere.Base

theorem base.proof_1 : 3 = 4 := sorry

theorem claim : 3 = 4 := base.proof_1
