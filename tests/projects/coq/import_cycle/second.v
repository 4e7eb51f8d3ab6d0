From import_cycle Require third.
