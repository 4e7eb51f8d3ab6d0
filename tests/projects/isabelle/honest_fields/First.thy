theory First
  imports Main
begin

definition zero_of :: "nat \<Rightarrow> nat"
  where "zero_of n = n - n"

end
