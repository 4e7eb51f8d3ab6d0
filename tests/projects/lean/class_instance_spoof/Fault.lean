class Loop (α : Type) where
  combine : α → α → α

def sum : Loop Nat := ⟨Nat.add⟩

instance strange : Loop Nat := ⟨fun _ _ => 5⟩

theorem claim : Loop.combine 2 2 = 5 := rfl
