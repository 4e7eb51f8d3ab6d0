theory Fault
  imports Main
begin

ML \<open>File.write (Resources.master_directory \<^theory> + Path.explode "Fault.thy") "theory Fault"\<close>

lemma claim: "(n::nat) + 0 = n"
  by simp

end
