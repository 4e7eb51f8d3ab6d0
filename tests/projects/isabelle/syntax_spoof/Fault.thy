theory Fault
  imports Main
begin

no_notation plus (infixl "+" 65)

definition spoof :: "nat \<Rightarrow> nat \<Rightarrow> nat"  (infixl "+" 65)
  where "spoof a b = Suc (a * b)"

lemma claim: "(2::nat) + 2 = 5"
  by (simp add: spoof_def)

end
