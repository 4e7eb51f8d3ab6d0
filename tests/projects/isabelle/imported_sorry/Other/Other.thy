theory Other
  imports Main
begin

lemma later: False
  sorry

end
