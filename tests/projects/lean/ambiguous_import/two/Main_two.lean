import SharedName

theorem own : 2 = 2 := holds
