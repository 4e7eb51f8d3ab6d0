@[extern "fourfold_no_such_function"] opaque mystery : Bool

theorem claim : mystery = true := Lean.ofReduceBool mystery true rfl
