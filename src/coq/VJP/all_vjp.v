(******************************************************************************)
(* All of Fourfold.VJP: vector-Jacobian products over real analysis           *)
(*                                                                            *)
(* One import for what the library proves, in order of dependency. Each file  *)
(* opens with what it proves; axioms and promised theorems are in BUILD.      *)
(******************************************************************************)

From Fourfold.VJP Require Export jacobian vjp linear scalar_calculus dense
  relu mlp activations softmax cross_entropy conv batchnorm routing.
