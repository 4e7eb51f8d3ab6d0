prelude
import Init.Notation
import prelude_imported.Base

theorem claim : False := Quot.sound
