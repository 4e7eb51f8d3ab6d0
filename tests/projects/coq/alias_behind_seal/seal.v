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
Module Type Lie. Axiom lie : False. End Lie.
Module Box : Lie.
Module A := Wire Up.
Module B := Wire Down.
Lemma same : A.Copy.lit = B.Copy.lit. Proof. reflexivity. Qed.
Lemma lie : False. Proof. discriminate (same : true = false). Qed.
End Box.
Lemma cheat : False. Proof. exact Box.lie. Qed.
