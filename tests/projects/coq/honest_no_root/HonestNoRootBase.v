(** A theory without a logical name: its modules are called as their files. *)

Definition base := 1.
