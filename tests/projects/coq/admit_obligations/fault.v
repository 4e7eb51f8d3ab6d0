Require Import Program.
Program Definition claim : { n : nat | n < 0 } := 0.
Admit Obligations.
