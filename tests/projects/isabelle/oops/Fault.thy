theory Fault
  imports Main
begin

lemma claim: False
  oops

lemma other: True
  by simp

end
