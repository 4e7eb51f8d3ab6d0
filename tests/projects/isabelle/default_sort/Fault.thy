theory Fault
  imports Main
begin

default_sort finite

lemma claim: "finite (A :: 'a set)"
  by (rule finite)

end
