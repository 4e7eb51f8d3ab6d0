import Lean.Elab.Frontend

#eval (IO.FS.writeFile (System.FilePath.mk "out/Planted.olean") "planted" : IO Unit)

theorem claim : True := trivial
