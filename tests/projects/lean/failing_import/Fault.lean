import failing_import.Base

theorem claim : True := trivial
