import Lean

open Lean Lean.Elab Lean.Elab.Command

elab "declare" : command => do
  let name := Name.mkStr Name.anonymous "?x\nmacro_rules | `($a = $b) => `(True)\nclass Other"
  let type := mkSort levelOne
  let decl := Declaration.inductDecl [] 0 [{ name := name, type := type, ctors := [] }] false
  let env ← getEnv
  match env.addDecl decl with
  | Except.ok env => setEnv env
  | Except.error _ => throwError "refused"
  let claim := Declaration.thmDecl {
    name := `claim, levelParams := [],
    type := Lean.mkForall `c BinderInfo.instImplicit (mkConst name) (mkConst `True),
    value := Lean.mkLambda `c BinderInfo.instImplicit (mkConst name) (mkConst `True.intro) }
  match (← getEnv).addDecl claim with
  | Except.ok env => setEnv env
  | Except.error _ => throwError "refused"

declare
