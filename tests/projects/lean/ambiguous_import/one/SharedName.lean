theorem holds : 1 = 1 := rfl
