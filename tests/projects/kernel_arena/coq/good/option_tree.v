Inductive chain := link : option chain -> chain.
Fixpoint depth (c : chain) : nat :=
  match c with link below => match below with None => 0 | Some d => S (depth d) end end.
