import hidden_axiom.Base

theorem claim : 1 = 2 := gap.elim
