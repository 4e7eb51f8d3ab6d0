Definition part := 2.
