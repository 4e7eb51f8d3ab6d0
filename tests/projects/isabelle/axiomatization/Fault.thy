theory Fault
  imports Main
begin

axiomatization
  where gap: False

lemma claim: False
  by (rule gap)

end
