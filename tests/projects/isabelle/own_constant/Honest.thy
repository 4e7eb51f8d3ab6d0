theory Honest
  imports Main
begin

definition double :: "nat \<Rightarrow> nat"
  where "double n = 2 * n"

lemma claim: "double n = n + n"
  by (simp add: double_def mult_2)

end
