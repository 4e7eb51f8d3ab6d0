theory Fault
  imports Main
begin

oracle cheat = \<open>fn ct => ct\<close>

setup \<open>fn thy =>
  let
    val th = cheat \<^cprop>\<open>False\<close>;
    fun store th' = Global_Theory.store_thm (Binding.name "claim", th') #> #2;
  in
    thy |> Sign.add_path "Inner" |> store th
    |> Sign.root_path |> Sign.add_path "Inner" |> store @{thm TrueI}
    |> Sign.restore_naming thy
  end\<close>

end
