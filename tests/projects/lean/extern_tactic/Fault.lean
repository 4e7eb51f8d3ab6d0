@[extern "fourfold_no_such_function"] def mystery (_u : Unit) : Bool := false

def asked : Bool := mystery ()

theorem claim : asked = true := by native_decide
