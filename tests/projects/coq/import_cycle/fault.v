From import_cycle Require second.
