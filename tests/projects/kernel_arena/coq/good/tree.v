CoInductive tree := node : (nat -> tree) -> tree.
CoFixpoint grow (n : nat) : tree := node (fun m => grow (n + m)).
