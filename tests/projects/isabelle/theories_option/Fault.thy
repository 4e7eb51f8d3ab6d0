theory Fault
  imports Main
begin

lemma wrong: False
  sorry

end
