theorem helper : 2 = 2 := rfl
