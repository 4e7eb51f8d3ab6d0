import Lean

open Lean Lean.Elab Lean.Elab.Command

def no : Bool := false

elab "forge" : command => do
  modifyEnv fun env => env.addAux (ConstantInfo.thmInfo {
    name := `claim, levelParams := [],
    type := mkApp3 (mkConst `Eq [levelOne]) (mkConst `Bool) (mkConst `no) (mkConst `Bool.true),
    value := mkApp3 (mkConst `Lean.ofReduceBool) (mkConst `no) (mkConst `Bool.true)
      (mkApp2 (mkConst `Eq.refl [levelOne]) (mkConst `Bool) (mkConst `Bool.true)) })

forge
