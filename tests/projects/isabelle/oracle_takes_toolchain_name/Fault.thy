theory Fault
  imports HOL.HOL
begin

setup \<open>fn thy =>
  let
    val ((_, cheat), thy') =
      thy |> Sign.root_path |> Sign.add_path "Code_Generator"
      |> Thm.add_oracle (Binding.name "holds_by_evaluation", fn ct => ct);
    val th = cheat (Thm.global_cterm_of thy' \<^prop>\<open>False\<close>);
  in
    thy' |> Sign.restore_naming thy |> Global_Theory.store_thm (Binding.name "claim", th) |> #2
  end\<close>

end
