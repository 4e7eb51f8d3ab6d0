theory Second
  imports First
begin

lemma claim: "zero_of n = 0"
  by (simp add: zero_of_def)

end
