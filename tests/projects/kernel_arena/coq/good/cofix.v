CoInductive stream := next : nat -> stream -> stream.
CoFixpoint count_up (n : nat) : stream := next n (count_up (S n)).
