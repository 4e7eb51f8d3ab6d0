theory Fault
  imports Main
begin

setup \<open>
  Sign.add_const_constraint (\<^const_name>\<open>plus\<close>, SOME \<^typ>\<open>nat \<Rightarrow> nat \<Rightarrow> nat\<close>)\<close>

lemma claim: "(x::nat) + y = y + x"
  by (rule add.commute)

end
