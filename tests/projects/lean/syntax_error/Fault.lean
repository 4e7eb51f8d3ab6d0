theorem claim : 1 = 1 := rfl rfl (
