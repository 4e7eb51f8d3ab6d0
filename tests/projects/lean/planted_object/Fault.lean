import Lean

#eval IO.FS.writeFile (System.FilePath.mk "out/Planted.olean") "planted"

theorem claim : True := trivial
