import import_cycle.Fault
