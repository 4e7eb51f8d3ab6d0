def bound : { n : Nat // n < 3 } := ⟨5, sorry⟩

theorem claim : bound.val < 3 := bound.property
