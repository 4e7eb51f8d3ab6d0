theorem propext._hidden : 3 = 4 := sorry

theorem claim : 3 = 4 := propext._hidden
