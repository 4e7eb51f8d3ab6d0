(******************************************************************************)
(* All of Fourfold.Algebra: backward passes over commutative rings            *)
(*                                                                            *)
(* One import for what the library proves, in order of dependency. Each file  *)
(* opens with what it proves; promised theorems are in BUILD.                 *)
(******************************************************************************)

From Fourfold.Algebra Require Export rings sums dual adjoint vjp dense conv
  network.
