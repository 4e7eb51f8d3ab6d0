(** A module with the end of a name of the standard library. *)

Axiom nil_cons : False.
