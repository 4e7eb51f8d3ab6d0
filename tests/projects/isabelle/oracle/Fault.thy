theory Fault
  imports Main
begin

oracle cheat = \<open>fn ct => ct\<close>

ML \<open>val cheated = cheat \<^cprop>\<open>False\<close>\<close>

lemma claim: False
  by (tactic \<open>resolve_tac \<^context> [cheated] 1\<close>)

end
