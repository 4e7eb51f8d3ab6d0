class Loop (α : Type) where
  combine : α → α → α
  comm : ∀ a b, combine a b = combine b a

theorem claim {α : Type} [Loop α] (a b : α) : Loop.combine a b = Loop.combine b a :=
  Loop.comm a b

structure Pair where
  left : Nat
  right : Nat

theorem rebuilt (p : Pair) : (Pair.mk p.left p.right).left = p.left := rfl
