theory Fault
  imports Main Absent
begin

lemma claim: "(n::nat) + 0 = n"
  by simp

end
