def other : Bool := true

@[implemented_by other] def test : Bool := false

theorem claim : test = true := Lean.ofReduceBool test true rfl
