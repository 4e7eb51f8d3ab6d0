From import_alias Require base.
Module Alias := base.Inner.
Definition claim : False := Alias.gap.
