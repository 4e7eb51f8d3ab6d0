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
Module Type Unit. End Unit.
Module Box (U : Unit).
Module A := Wire Up.
Module B := Wire Down.
Lemma same : A.Copy.lit = B.Copy.lit. Proof. reflexivity. Qed.
Lemma cheat : False. Proof. discriminate (same : true = false). Qed.
End Box.
