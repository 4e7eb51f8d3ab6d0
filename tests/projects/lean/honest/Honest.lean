theorem add_zero_right (n : Nat) : n + 0 = n := rfl

def double (n : Nat) : Nat := n + n

theorem double_succ (n : Nat) : double (n + 1) = n + 1 + (n + 1) := rfl
