Definition two := 2.
