From import_cycle Require fault.
