prelude
import Init.Core

theorem claim (n : Nat) : n = n := rfl
