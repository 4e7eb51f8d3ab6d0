theory Fault
  imports "imported_sorry_base.Other"
begin

lemma claim: False
  by (rule later)

end
