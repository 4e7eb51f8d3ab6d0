/-
What the audit does differently from one version of Lean to another. Each group of texts defines
the same names; the first of a group that the toolchain at hand accepts is used.
-/

--! kernelAdd
def kernelAdd (env : Environment) (d : Declaration) : IO Environment :=
  match env.addDeclCore 0 10000 d none with
  | Except.ok env => pure env
  | Except.error e => do throw (IO.userError (← (e.toMessageData {}).toString))

--! kernelAdd
def kernelAdd (env : Environment) (d : Declaration) : IO Environment :=
  match env.addDeclCore 0 d none with
  | Except.ok env => pure env
  | Except.error e => do throw (IO.userError (← (e.toMessageData {}).toString))

--! kernelAdd
def kernelAdd (env : Environment) (d : Declaration) : IO Environment :=
  match env.addDecl {} d with
  | Except.ok env => pure env
  | Except.error e => do throw (IO.userError (← (e.toMessageData {}).toString))

--! kernelAdd
def kernelAdd (env : Environment) (d : Declaration) : IO Environment :=
  match env.addDecl d with
  | Except.ok env => pure env
  | Except.error e => do throw (IO.userError (← (e.toMessageData {}).toString))

--! loadToolchain
unsafe def loadToolchain (modules : Array Name) : IO Environment := do
  enableInitializersExecution
  importModules (modules.map fun n => { module := n }) {} (loadExts := true)

--! loadToolchain
unsafe def loadToolchain (modules : Array Name) : IO Environment := do
  enableInitializersExecution
  importModules (modules.map fun n => { module := n }) {}

--! loadToolchain
unsafe def loadToolchain (modules : Array Name) : IO Environment := do
  importModules (modules.toList.map fun n => { module := n }) {}

--! readObject
def readObject (files : Array String) : IO (Array ModuleData) := do
  let parts ← readModuleDataParts (files.map System.FilePath.mk)
  return parts.map fun part => part.1

--! readObject
def readObject (files : Array String) : IO (Array ModuleData) := do
  match files.toList with
  | [file] => return #[(← readModuleData (System.FilePath.mk file)).1]
  | _ => throw (IO.userError "this version of Lean has one object file for each module")

--! homeOf
def homeOf (env : Environment) (n : Name) : Name :=
  match env.getModuleIdxFor? n with
  | some i => env.header.moduleNames.getD i Name.anonymous
  | none => Name.anonymous

--! homeOf
def homeOf (env : Environment) (n : Name) : Name :=
  match env.getModuleIdxFor? n with
  | some i => env.header.moduleNames.getD i.toNat Name.anonymous
  | none => Name.anonymous
