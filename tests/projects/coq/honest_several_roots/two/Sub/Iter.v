(** A module that the folder beside this one asks for. *)

Definition iter := 1.
