inductive claim : Prop
  | intro : 3 = 4 → claim
