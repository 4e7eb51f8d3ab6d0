Unset Guard Checking.
CoInductive stream := next : nat -> stream -> stream.
CoFixpoint count_up (n : nat) : stream := next (match count_up n with next m _ => m end)
    (count_up n).
