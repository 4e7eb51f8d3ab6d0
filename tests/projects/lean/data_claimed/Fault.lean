def claim : Nat := 4
