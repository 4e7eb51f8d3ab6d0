Unset Guard Checking.
CoInductive stream := next : nat -> stream -> stream.
CoInductive other := more : stream -> other -> other.
CoFixpoint count_up (n : nat) : stream := match more (count_up n) (cofix o := more (count_up n)
    o) with more s _ => next n s end.
