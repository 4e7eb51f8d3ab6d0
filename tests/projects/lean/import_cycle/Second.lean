import import_cycle.Third
