inductive Tree : Type
  | leaf : Tree
  | node : Tree → Tree → Tree

def leaves : Tree → Nat
  | Tree.leaf => 1
  | Tree.node l r => leaves l + leaves r
