theory Fault
  imports Main
begin

lemma later: "(n::nat) * 0 = 0"
  sorry

lemma another: False
  sorry

end
