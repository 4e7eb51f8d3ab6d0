theory Fault
  imports "session_cycle_other.Other"
begin

lemma claim: "(n::nat) + 0 = n"
  by simp

end
