Unset Guard Checking.
CoInductive stream := next : nat -> stream -> stream.
CoFixpoint count_up (n : nat) : stream := next n (match count_up n with next _ s => s end).
