(** What the tests below are about. *)

Definition one := 1.
