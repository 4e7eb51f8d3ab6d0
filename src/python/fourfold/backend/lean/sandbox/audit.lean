/-
Audits compiled modules from their object files, which it reads as data.

No extension of an audited module is active here: neither its notations nor its elaborators, nor
any code of it, runs. For each constant it answers what that rests on; and it adds the constants
of all audited modules to the kernel again, on top of the toolchain's modules alone. These are all
of `Init`, also where a module begins with `prelude`, and what the audited modules import: a name
that one of them has cannot be declared anew, and so pass for the toolchain's.

Usage: the first argument is a file of requests, one on each line, with tabs between the parts:

  module <name> <object file> ...    in the order of their imports; the last is the audited one
  names                              only whether all can be loaded together
  replay                             add proofs to the kernel again, too
  statement <name> <text>            whether the constant, if it is there, proves the statement

and the second one the file for the answer, in JSON; `error` says why there is none. What differs
between versions of Lean stands in audit_variants.lean: `kernelAdd`, `loadToolchain`, `readObject`,
`homeOf`. This file follows audit_world.lean and audit_replay.lean, as one text with them.
-/

structure Request where
  modules : Array (Name × Array String) := #[]
  names : Bool := false
  replay : Bool := false
  statements : Array (String × String) := #[]

def addLine (request : Request) (line : String) : Request :=
  match line.splitOn "\t" with
  | "module" :: name :: files =>
    { request with modules := request.modules.push (name.toName, files.toArray) }
  | ["names"] => { request with names := true }
  | ["replay"] => { request with replay := true }
  | ["statement", name, text] =>
    { request with statements := request.statements.push (name, text) }
  | _ => request

def jsonNames (names : Array Name) : Json := Json.arr (names.map fun m => Json.str (shown m))

def jsonOf (w : World) (a : Assumptions) : Json :=
  Json.arr (a.map fun x =>
    Json.arr #[Json.str (shown x.1), Json.str x.2, Json.str (shown (w.home x.1))])

def isAxiom (c : ConstantInfo) : Bool :=
  match c with
  | ConstantInfo.axiomInfo _ => true
  | _ => false

def describe (w : World) (known : Known) (env : Environment) (n : Name) (c : ConstantInfo) :
    IO Json := do
  let used := needs w c
  let mut direct : Assumptions := #[]
  for m in used do
    unless w.constants.contains m do
      for x in (← collect w known m) do
        direct := direct.add x
  let asked := w.home n == w.audited
  let proposition ← if asked then isProposition env c else pure false
  return Json.mkObj [
    ("name", Json.str (shown n)),
    ("module", Json.str (shown (w.home n))),
    ("kind", Json.str (if asked then kindOf c proposition else "")),
    ("generated", Json.bool (isGenerated c)),
    ("outside", Json.bool (isOutsideKernel c)),
    ("statement", Json.str (if isAxiom c then toString c.type else "")),
    ("mentions", jsonNames (if asked then mentioned #[c.type] else #[])),
    ("rests", jsonOf w (← collect w known n)),
    ("uses", jsonNames (used.filter fun m => w.constants.contains m)),
    ("direct", jsonOf w direct)]

/-- Extensions that hold, for a function, what runs in its stead; their names have changed. -/
def replacing : List String :=
  ["implementedBy", "implemented_by", "implementedByAttr", "extern", "externAttr"]

unsafe def replacedBy (data : ModuleData) (before : NameMap String) : IO (NameMap String) := do
  let mut replaced := before
  for (extension, entries) in data.entries do
    let last := ((toString extension).splitOn ".").foldl (fun _ part => part) ""
    if replacing.contains last then
      for entry in entries do
        let pair : Name × Nat := unsafeCast entry
        replaced := replaced.insert pair.1 last
  return replaced

/-- What the kernel computes by code of its own, whatever stands under that name. -/
def computed : List Name :=
  [`Nat.add, `Nat.sub, `Nat.mul, `Nat.div, `Nat.mod, `Nat.gcd, `Nat.beq, `Nat.ble, `Nat.land,
   `Nat.lor, `Nat.xor, `Nat.shiftLeft, `Nat.shiftRight, `Nat.pow, `Nat.log2, `Lean.reduceBool,
   `Lean.reduceNat]

/-- Whether two declarations of one name say the same, such as Lean writes into many modules. -/
def saysTheSame (a b : ConstantInfo) : Bool :=
  a.levelParams == b.levelParams && a.type == b.type && match a, b with
  | ConstantInfo.thmInfo _, ConstantInfo.thmInfo _ => true
  | ConstantInfo.defnInfo u, ConstantInfo.defnInfo v =>
    u.value == v.value && isPartial a == isPartial b
  | _, _ => false

/-- Refuses a constant that another module has; false where it says the same as that one. -/
def isNew (w : World) (c : ConstantInfo) (module : Name) : IO Bool := do
  let declares := s!"{shown module} declares {shown c.name}, "
  if computed.contains c.name then
    throw (IO.userError (declares ++
      "which the kernel computes by itself, as the toolchain defines it"))
  match w.find? c.name with
  | none => return true
  | some other =>
    if saysTheSame c other then return false
    let whose := if w.constants.contains c.name then "" else " of the toolchain"
    throw (IO.userError (declares ++ s!"and so does {shown (w.home c.name)}{whose}"))

/--
The whole of a module, which its last part is. A file can write parts of its own, so each constant
of the others, from which dependents are compiled, must be there with the same type.
-/
def readModule (module : Name) (files : Array String) : IO ModuleData := do
  let notLean := s!"the object file of {shown module} is not what Lean writes: "
  let parts ← try readObject files catch e =>
    throw (IO.userError s!"{notLean}{e}")
  let some whole ← pure parts.back? | throw (IO.userError (notLean ++ "there is none"))
  let mut constants : NameMap ConstantInfo := {}
  for c in whole.constants do
    constants := constants.insert c.name c
  for part in parts do
    for c in part.constants do
      let same : Bool := match constants.find? c.name with
        | some other => c.type == other.type && c.levelParams == other.levelParams
        | none => false
      unless same do
        throw (IO.userError s!"{notLean}its parts differ in {shown c.name}")
  return whole

unsafe def readWorld (request : Request) : IO World := do
  let mut read : Array (Name × ModuleData) := #[]
  for (module, files) in request.modules do
    let data ← readModule module files
    read := read.push (module, data)
  let mut outside : Array Name := #[`Init]
  for (_, data) in read do
    for i in data.imports do
      unless read.any (fun m => m.1 == i.module) || outside.contains i.module do
        outside := outside.push i.module
  let audited := match read.back? with
    | some last => last.1
    | none => Name.anonymous
  let mut w : World := {
    toolchain := (← loadToolchain outside), constants := {}, audited := audited, names := #[],
    moduleOf := {}, replaced := {} }
  for (module, data) in read do
    for c in data.constants do
      if (← isNew w c module) then
        w := { w with
          constants := w.constants.insert c.name c, names := w.names.push c.name,
          moduleOf := w.moduleOf.insert c.name module }
    w := { w with replaced := (← replacedBy data w.replaced) }
  return w

def rowsOf (w : World) (env : Environment) : IO (Array Json) := do
  let known ← IO.mkRef ({} : NameMap (Option Assumptions))
  let mut rows : Array Json := #[]
  for n in w.names do
    match w.constants.find? n with
    | some c => rows := rows.push (← describe w known env n c)
    | none => pure ()
  return rows

unsafe def answer (request : Request) : IO Json := do
  let w ← readWorld request
  if request.names then return Json.mkObj [("error", Json.str "")]
  let mut wrong : Array Json := #[]
  let mut refused := ""
  let mut env := w.toolchain
  try
    let (_, s) ← (replayAll w request.replay).run { env := env }
    env := s.env
    for (name, text) in request.statements do
      for n in w.names do
        if w.home n == w.audited && shown n == name then
          match w.constants.find? n with
          | some c =>
            let said ← againstStatement w env c text
            unless said == "" do
              wrong := wrong.push (Json.arr #[Json.str name, Json.str said])
          | none => pure ()
  catch e => refused := toString e
  return Json.mkObj [
    ("rows", Json.arr (← rowsOf w env)),
    ("wrong", Json.arr wrong),
    ("refused", Json.str refused),
    ("error", Json.str "")]

unsafe def run (args : List String) : IO Unit := do
  match args with
  | [requests, output] =>
    let lines ← IO.FS.lines (System.FilePath.mk requests)
    let request := lines.foldl addLine {}
    let json ← try answer request catch e =>
      pure (Json.mkObj [("error", Json.str (toString e))])
    IO.FS.writeFile (System.FilePath.mk output) json.compress
  | _ => throw (IO.userError "usage: <requests> <answer>")
