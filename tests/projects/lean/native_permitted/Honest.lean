def test : Bool := 2 + 2 == 4

theorem claim : test = true := Lean.ofReduceBool test true rfl
