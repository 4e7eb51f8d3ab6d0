import Lean

open Lean Lean.Elab Lean.Elab.Command

def other : Bool := true

@[implementedBy other] def test : Bool := false

def asked : Bool := test

theorem yes : asked = true := Lean.ofReduceBool asked true rfl

theorem claim : true = false := Eq.trans yes.symm rfl

elab "clear" : command => do
  modifyEnv fun env => Lean.Compiler.implementedByAttr.ext.setState env {}

clear
