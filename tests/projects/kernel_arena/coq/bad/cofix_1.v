Unset Guard Checking.
CoInductive stream := next : nat -> stream -> stream.
CoFixpoint count_up (n : nat) : stream := count_up (S n).
