import missing_import.Bas

theorem claim : True := base
