CoInductive stream := next : nat -> stream -> stream.
CoFixpoint mapped (f : nat -> nat) (s : stream) : stream :=
  match s with next n rest => next (f n) (mapped f rest) end.
