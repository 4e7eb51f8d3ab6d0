theory Fault
  imports Main
begin

hide_const (open) False

abbreviation (input) False :: bool
  where "False \<equiv> True"

lemma claim: "False"
  by simp

end
