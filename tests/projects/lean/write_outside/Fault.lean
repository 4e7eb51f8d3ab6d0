import Lean.Elab.Frontend

#eval (IO.FS.writeFile (System.FilePath.mk "/tmp/fourfold-lean-fault") "outside" : IO Unit)

theorem claim : True := trivial
