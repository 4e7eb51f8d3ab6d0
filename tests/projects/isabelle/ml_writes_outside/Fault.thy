theory Fault
  imports Main
begin

ML \<open>File.write (Path.explode "/tmp/fourfold_fault") "written"\<close>

lemma claim: "(n::nat) + 0 = n"
  by simp

end
