theory Fault
  imports Main
begin

locale hopeless =
  assumes hope: False

lemma (in hopeless) claim: False
  by (rule hope)

end
