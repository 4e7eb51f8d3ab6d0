theory Fault
  imports Main
begin

lemma claim: False
  by simp

end
