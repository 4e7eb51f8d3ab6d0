/- A comment with import Nothing /- nested -/ -/
import honest_import.Base

structure Box (α : Type) where
  content : α

theorem leaves_leaf : leaves Tree.leaf = 1 := rfl

theorem unbox (α : Type) (a : α) : (Box.mk a).content = a := rfl
