import SharedName

theorem own : 1 = 1 := holds
