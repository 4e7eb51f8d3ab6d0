theory Honest
  imports Main
begin

text \<open>As in \<^cite>\<open>euclid\<close>.\<close>

lemma claim: "(n::nat) + m = m + n"
  by (rule add.commute)

end
