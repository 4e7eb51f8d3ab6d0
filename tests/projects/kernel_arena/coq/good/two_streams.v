CoInductive stream := next : nat -> stream -> stream.
CoFixpoint left_of (n : nat) : stream := next n (right_of n)
with right_of (n : nat) : stream := next n (left_of (S n)).
