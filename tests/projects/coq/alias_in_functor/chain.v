Module Type Switch. Parameter on : bool. End Switch.
Module House.
  Module Floor.
    Module Wire (X : Switch).
      Module Lamp. Definition lit := X.on. End Lamp.
      Module Copy := Lamp.
    End Wire.
  End Floor.
End House.
Module Home := House.
Module Level := Home.Floor.
Module Up. Definition on := true. End Up.
Module Down. Definition on := false. End Down.
Module A := Level.Wire Up.
Module B := Level.Wire Down.
Lemma same : A.Copy.lit = B.Copy.lit. Proof. reflexivity. Qed.
Lemma cheat : False. Proof. discriminate (same : true = false). Qed.
