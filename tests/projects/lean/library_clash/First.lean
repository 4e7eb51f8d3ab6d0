theorem helper : 1 = 1 := rfl
