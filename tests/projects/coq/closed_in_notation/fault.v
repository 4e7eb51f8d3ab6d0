Definition gap_type := False.
Notation "'Closed' 'under' 'the' 'global' 'context'" := gap_type (format
  "'//' 'Closed'  'under'  'the'  'global'  'context' '//'").
Axiom gap : gap_type.
Lemma claim : False.
Proof. exact gap. Qed.
