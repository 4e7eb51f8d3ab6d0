import native_initializer.Base

theorem claim : flag = true := Lean.ofReduceBool flag true rfl
