theorem holds : 2 = 2 := rfl
