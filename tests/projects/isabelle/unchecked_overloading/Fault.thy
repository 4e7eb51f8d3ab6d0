theory Fault
  imports Main
begin

consts flag :: "'a \<Rightarrow> bool"

definition other :: "nat \<Rightarrow> bool"
  where "other n \<longleftrightarrow> flag n"

overloading flag_nat \<equiv> "flag :: nat \<Rightarrow> bool" (unchecked)
begin

definition flag_nat :: "nat \<Rightarrow> bool"
  where "flag_nat n \<longleftrightarrow> \<not> other n"

end

lemma claim: False
  using flag_nat_def [of 0] other_def [of 0] by simp

end
