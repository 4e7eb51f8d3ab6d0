Structure order := { carrier : Type; less : carrier -> carrier -> Prop }.
