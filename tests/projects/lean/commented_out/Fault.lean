/-
theorem claim : 1 = 1 := rfl
-/
theorem lemma_one : True := trivial
