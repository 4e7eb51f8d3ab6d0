def fast (n : Nat) : Nat := n * 2

/-- Its compiled code is another, on which no theorem relies. -/
def slow (n : Nat) : Nat := n + n

theorem slow_zero : slow 0 = 0 := rfl

unsafe def anything (α : Type) (n : Nat) : α := unsafeCast n
