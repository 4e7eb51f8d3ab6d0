theory Fault
  imports Main
begin

lemma claim: False
  sorry

end
