CoInductive stream := next : nat -> stream -> stream.
CoFixpoint outer (n : nat) : stream :=
  next n (cofix inner : stream := next n (next (S n) (outer (S n)))).
