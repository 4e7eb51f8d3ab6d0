theory Fault
  imports Main
begin

lemma other: True
  by simp

end
