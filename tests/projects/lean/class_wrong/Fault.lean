class Loop (α : Type) where
  combine : α → α → α

theorem claim {α : Type} [Loop α] (a b : α) : Loop.combine a b = Loop.combine a b := rfl
