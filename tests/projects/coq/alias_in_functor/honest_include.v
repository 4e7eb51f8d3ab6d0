Module Type Switch. Parameter on : bool. End Switch.
Module House.
  Module Wire (X : Switch).
    Module Lamp. Definition lit := X.on. End Lamp.
    Module Copy := Lamp.
  End Wire.
End House.
Include House.
Module Up. Definition on := true. End Up.
Module A := Wire Up.
Lemma l : A.Copy.lit = true. Proof. reflexivity. Qed.
