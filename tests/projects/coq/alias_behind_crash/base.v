Module Type Switch. Parameter on : bool. End Switch.
Module House.
  Module Wire (X : Switch).
    Module Lamp. Definition lit := X.on. End Lamp.
    Module Copy := Lamp.
  End Wire.
End House.
Include House.
Module Up. Definition on := true. End Up.
Module Down. Definition on := false. End Down.
Module A := Wire Up.
Module Type Sig.
Module Copy. Parameter lit : bool. End Copy.
Axiom is_up : Copy.lit = A.Copy.lit.
Axiom is_down : Copy.lit = false.
End Sig.
Module B : Sig.
Include Wire Down.
Definition is_up : A.Copy.lit = A.Copy.lit := eq_refl.
Definition is_down : false = false := eq_refl.
End B.
Lemma cheat : False. Proof. discriminate (eq_trans (eq_sym B.is_up) B.is_down : true = false). Qed.
Module Type Small.
Inductive one : Set := only.
End Small.
Module Type Holder.
Declare Module Inner : Small.
End Holder.
Module Wrap (Given : Small) : Holder.
Module Inner := Given.
End Wrap.
