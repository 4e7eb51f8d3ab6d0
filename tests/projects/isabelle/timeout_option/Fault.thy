theory Fault
  imports Main
begin

ML \<open>OS.Process.sleep (seconds 120.0)\<close>

lemma claim: "(n::nat) + 0 = n"
  by simp

end
