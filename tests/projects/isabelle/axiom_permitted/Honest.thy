theory Honest
  imports Main
begin

axiomatization choice_of :: "nat \<Rightarrow> nat"
  where choice_small: "choice_of n < 3"

lemma claim: "choice_of 0 \<noteq> 3"
  using choice_small [of 0] by simp

end
