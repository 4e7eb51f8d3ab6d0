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
Module A := Level.Wire Up.
Lemma l : A.Copy.lit = true. Proof. reflexivity. Qed.
