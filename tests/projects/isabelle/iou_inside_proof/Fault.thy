theory Fault
  imports Main
begin

lemma later: "(n::nat) * 0 = 0"
  sorry

lemma claim: "(n::nat) < n + 1 \<and> False"
proof
  show "n < n + 1"
    by simp
  show False
    sorry
qed

end
