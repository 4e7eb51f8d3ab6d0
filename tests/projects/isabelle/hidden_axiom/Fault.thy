theory Fault
  imports "hidden_axiom_base.Other"
begin

lemma claim: False
  by (rule gap)

end
