Definition part := 1.
