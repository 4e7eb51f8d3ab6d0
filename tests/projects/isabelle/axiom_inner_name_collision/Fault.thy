theory Fault
  imports Main
begin

setup \<open>fn thy =>
  let
    fun add prop = Thm.add_axiom_global (Binding.name "gap", prop) #> #2;
  in
    thy |> Sign.add_path "Inner" |> add \<^prop>\<open>True\<close>
    |> Sign.root_path |> Sign.add_path "Inner" |> add \<^prop>\<open>(0::nat) = 1\<close>
    |> Sign.restore_naming thy
  end\<close>

lemma claim: True
  by simp

end
