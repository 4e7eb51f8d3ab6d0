import import_cycle.Second
