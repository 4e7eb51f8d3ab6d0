theory Fault
  imports "failing_parent_base.Other"
begin

lemma claim: "(n::nat) + 0 = n"
  by simp

end
