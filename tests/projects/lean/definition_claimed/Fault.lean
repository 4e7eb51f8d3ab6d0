def claim : Prop := 3 = 4
