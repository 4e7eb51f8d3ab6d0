theorem claim : 1 = 2 := rfl
