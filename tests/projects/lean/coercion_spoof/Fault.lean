structure Odd where
  value : Nat

instance toNat : Coe Odd Nat := ⟨fun _ => 5⟩

def two : Odd := ⟨2⟩

theorem claim : (two : Nat) = 5 := rfl
