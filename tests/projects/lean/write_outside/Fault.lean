import Lean

#eval IO.FS.writeFile (System.FilePath.mk "/tmp/fourfold-lean-fault") "outside"

theorem claim : True := trivial
