import Lean.Elab.Frontend

#eval (IO.FS.writeFile (System.FilePath.mk "out/garbage_object/Fault.olean") "no object file"
  : IO Unit)

#eval (IO.Process.exit 0 : IO Unit)
