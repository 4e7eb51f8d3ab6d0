theorem base : 1 = 2 := rfl
