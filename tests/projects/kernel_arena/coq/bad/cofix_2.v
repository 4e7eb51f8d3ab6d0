Unset Guard Checking.
CoInductive stream := next : nat -> stream -> stream.
CoFixpoint count_up (n : nat) : stream := match count_up n with next m s => next m s end.
