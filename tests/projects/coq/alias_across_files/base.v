Module Type Switch. Parameter on : bool. End Switch.
Module House.
  Module Wire (X : Switch).
    Module Lamp. Definition lit := X.on. End Lamp.
    Module Copy := Lamp.
  End Wire.
End House.
Include House.
