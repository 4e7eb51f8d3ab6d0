#[global] Coercion always (b : bool) : Prop := True.
