/-
Audits compiled modules from their object files, which it reads as data.

No extension of an audited module is active here: neither its notations nor its elaborators, nor
any code of it, runs. For each constant it answers what that rests on; and it adds the constants
of all audited modules to the kernel again, on top of the toolchain's modules alone.

Usage: the first argument is a file of requests, one on each line, with tabs between the parts:

  module <name> <object file> ...    in the order of their imports; the last is the audited one
  replay                             add all constants to the kernel again
  statement <name> <text>            whether the constant proves the statement

and the second one the file for the answer, in JSON. What differs between versions of Lean stands
in audit_variants.lean: `kernelAdd`, `loadToolchain`, `readObject`.
-/

structure Request where
  modules : Array (Name × Array String) := #[]
  replay : Bool := false
  statements : Array (String × String) := #[]

def addLine (request : Request) (line : String) : Request :=
  match line.splitOn "\t" with
  | "module" :: name :: files =>
    { request with modules := request.modules.push (name.toName, files.toArray) }
  | ["replay"] => { request with replay := true }
  | ["statement", name, text] =>
    { request with statements := request.statements.push (name, text) }
  | _ => request

/-- What a constant rests on without proof: a name, and a note that says of what kind it is. -/
abbrev Assumptions := Array (Name × String)

def Assumptions.add (a : Assumptions) (x : Name × String) : Assumptions :=
  if a.any (fun y => y.1 == x.1 && y.2 == x.2) then a else a.push x

structure World where
  toolchain : Environment
  /-- The constants of the audited modules, and the module of each. -/
  constants : NameMap ConstantInfo
  names : Array Name
  moduleOf : NameMap Name
  /-- Constants of which the compiled code is replaced, and by which attribute. -/
  replaced : NameMap String

def World.find? (w : World) (n : Name) : Option ConstantInfo :=
  match w.constants.find? n with
  | some c => some c
  | none => w.toolchain.find? n

def isPartial (c : ConstantInfo) : Bool :=
  match c with
  | ConstantInfo.defnInfo v => match v.safety with
    | DefinitionSafety.safe => false
    | _ => true
  | _ => false

def isOutsideKernel (c : ConstantInfo) : Bool := c.isUnsafe || isPartial c

def gather {α β : Type} (xs : Array α) (f : α → Array β) : Array β :=
  xs.foldl (fun found x => found ++ f x) #[]

def expressions (c : ConstantInfo) : Array Expr :=
  match c with
  | ConstantInfo.defnInfo v => #[v.type, v.value]
  | ConstantInfo.thmInfo v => #[v.type, v.value]
  | ConstantInfo.opaqueInfo v => #[v.type, v.value]
  | _ => #[c.type]

def mentioned (es : Array Expr) : Array Name :=
  es.foldl (fun found e => e.foldConsts found fun n found => found.push n) #[]

/-- The constants that `c` needs. A type stands for its constructors and recursors. -/
def needs (w : World) (c : ConstantInfo) : Array Name :=
  match c with
  | ConstantInfo.inductInfo v =>
    let blocks := gather v.all.toArray fun n => match w.find? n with
      | some (ConstantInfo.inductInfo u) => #[u]
      | _ => #[]
    let ctors := gather blocks fun u => u.ctors.toArray
    let types := gather ctors fun n => match w.find? n with
      | some d => #[d.type]
      | none => #[]
    let found := mentioned (blocks.map (fun u => u.type) ++ types)
    found.filter fun n => !(v.all.contains n || ctors.contains n)
  | ConstantInfo.ctorInfo v => #[v.induct]
  | ConstantInfo.recInfo v =>
    v.all.toArray ++ (mentioned #[v.type]).filter fun n => match w.find? n with
      | some (ConstantInfo.recInfo _) => false
      | _ => true
  | _ => mentioned (expressions c)

abbrev Known := IO.Ref (NameMap (Option Assumptions))

/-- `none` in `known` marks a constant that is being looked at: a circle, which no kernel admits. -/
partial def collect (w : World) (known : Known) (n : Name) : IO Assumptions := do
  match (← known.get).find? n with
  | some (some found) => return found
  | some none => return #[(n, "circular")]
  | none => pure ()
  let some c ← pure (w.find? n) | return #[(n, "missing")]
  known.modify fun k => k.insert n none
  let mut found : Assumptions := #[]
  if isOutsideKernel c then
    found := #[(n, "unsafe")]
  else
    match c with
    | ConstantInfo.axiomInfo _ => found := #[(n, "axiom")]
    | _ => pure ()
    match w.replaced.find? n with
    | some how => found := found.add (n, how)
    | none => pure ()
    for m in needs w c do
      if m == `sorryAx && w.constants.contains n then
        found := found.add (n, "sorry")
      else
        for x in (← collect w known m) do
          found := found.add x
  known.modify fun k => k.insert n (some found)
  return found

/-- Whether the proof itself asks compiled code, which is not at hand here. -/
def asksCompiler (w : World) (c : ConstantInfo) : Bool :=
  (needs w c).any fun n => n == `Lean.ofReduceBool || n == `Lean.ofReduceNat

structure Replay where
  env : Environment
  done : NameSet := {}
  /-- Constants that only compiled code can confirm; taken as axioms here. -/
  unconfirmed : Array Name := #[]

abbrev ReplayM := StateT Replay IO

def admit (d : Declaration) (n : Name) : ReplayM Unit := do
  let s ← get
  let env ← try kernelAdd s.env d catch e =>
    throw (IO.userError s!"the kernel refuses {n} when it is added again: {e}")
  set { s with env := env }

def inductiveTypes (w : World) (names : List Name) : List InductiveType :=
  names.map fun n => match w.find? n with
    | some (ConstantInfo.inductInfo u) => {
        name := n, type := u.type,
        ctors := u.ctors.map fun m => { name := m, type := match w.find? m with
          | some d => d.type
          | none => u.type } }
    | _ => { name := n, type := mkSort levelZero, ctors := [] }

partial def replayConstant (w : World) (n : Name) : ReplayM Unit := do
  match w.constants.find? n with
  | none => pure ()
  | some c =>
    if (← get).done.contains n || isOutsideKernel c then return ()
    modify fun s => { s with done := s.done.insert n }
    for m in needs w c do
      replayConstant w m
    match c with
    | ConstantInfo.defnInfo v => admit (Declaration.defnDecl v) n
    | ConstantInfo.axiomInfo v => admit (Declaration.axiomDecl v) n
    | ConstantInfo.opaqueInfo v => admit (Declaration.opaqueDecl v) n
    | ConstantInfo.quotInfo _ =>
      match (← get).env.find? n with
      | some _ => pure ()
      | none => admit Declaration.quotDecl n
    | ConstantInfo.thmInfo v =>
      try admit (Declaration.thmDecl v) n catch e =>
        unless asksCompiler w c do throw e
        modify fun s => { s with unconfirmed := s.unconfirmed.push n }
        admit (Declaration.axiomDecl { toConstantVal := v.toConstantVal, isUnsafe := false }) n
    | ConstantInfo.inductInfo v =>
      for m in v.all do
        modify fun s => { s with done := s.done.insert m }
      admit (Declaration.inductDecl v.levelParams v.numParams (inductiveTypes w v.all) false) n
    | _ => pure ()

def sameRules (a b : List RecursorRule) : Bool :=
  a.length == b.length &&
    (a.zip b).all fun (x, y) => x.ctor == y.ctor && x.nfields == y.nfields && x.rhs == y.rhs

/-- Whether two constants that the kernel makes for an inductive type are the same. -/
def sameConstant (a b : ConstantInfo) : Bool :=
  a.levelParams == b.levelParams && a.type == b.type && match a, b with
  | ConstantInfo.inductInfo u, ConstantInfo.inductInfo v =>
    u.numParams == v.numParams && u.numIndices == v.numIndices && u.ctors == v.ctors &&
      u.all == v.all && u.isRec == v.isRec
  | ConstantInfo.ctorInfo u, ConstantInfo.ctorInfo v =>
    u.induct == v.induct && u.cidx == v.cidx && u.numParams == v.numParams &&
      u.numFields == v.numFields
  | ConstantInfo.recInfo u, ConstantInfo.recInfo v =>
    u.all == v.all && u.numParams == v.numParams && u.numIndices == v.numIndices &&
      u.numMotives == v.numMotives && u.numMinors == v.numMinors && u.k == v.k &&
      sameRules u.rules v.rules
  | ConstantInfo.quotInfo _, ConstantInfo.quotInfo _ => true
  | _, _ => false

def isGenerated (c : ConstantInfo) : Bool :=
  match c with
  | ConstantInfo.inductInfo _ => true
  | ConstantInfo.ctorInfo _ => true
  | ConstantInfo.recInfo _ => true
  | ConstantInfo.quotInfo _ => true
  | _ => false

def replayAll (w : World) : ReplayM Unit := do
  for n in w.names do
    replayConstant w n
  for n in w.names do
    match w.constants.find? n with
    | some c =>
      if isGenerated c && !isOutsideKernel c then
        match (← get).env.find? n with
        | some d =>
          unless sameConstant c d do
            throw (IO.userError s!"{n} is not what the kernel makes for its inductive type")
        | none => throw (IO.userError s!"the kernel makes no {n} for any inductive type")
    | none => pure ()

/-- What Lean says against `text` as a command, after `env` has been loaded; "" if nothing. -/
def complaints (env : Environment) (text : String) : IO String := do
  let input := Parser.mkInputContext text "statement"
  let state : Parser.ModuleParserState := {}
  let done ← Elab.IO.processCommands input state (Elab.Command.mkState env {} {})
  let mut said := ""
  for m in done.commandState.messages.toList do
    match m.severity with
    | MessageSeverity.error => said := said ++ (← m.data.toString) ++ "\n"
    | _ => pure ()
  return said

def jsonOf (a : Assumptions) : Json :=
  Json.arr (a.map fun x => Json.arr #[Json.str (toString x.1), Json.str x.2])

def kindOf (c : ConstantInfo) : String :=
  if isOutsideKernel c then "unsafe" else match c with
  | ConstantInfo.axiomInfo _ => "axiom"
  | ConstantInfo.thmInfo _ => "theorem"
  | ConstantInfo.defnInfo _ => "definition"
  | ConstantInfo.opaqueInfo _ => "opaque"
  | ConstantInfo.inductInfo _ => "inductive"
  | _ => "generated"

/-- The name that a person knows a constant by: without what Lean adds to hide it. -/
partial def shownName (n : Name) : Name :=
  match privateToUserName? n with
  | some m => shownName m
  | none => if n.isInternal then shownName n.getPrefix else n

def describe (w : World) (known : Known) (n : Name) (c : ConstantInfo) : IO Json := do
  let used := needs w c
  let own := used.filter fun m => w.constants.contains m
  let mut direct : Assumptions := #[]
  for m in used do
    unless w.constants.contains m do
      for x in (← collect w known m) do
        direct := direct.add x
  return Json.mkObj [
    ("name", Json.str (toString n)),
    ("shown", Json.str (toString (shownName n))),
    ("module", Json.str (toString ((w.moduleOf.find? n).getD Name.anonymous))),
    ("kind", Json.str (kindOf c)),
    ("statement", Json.str (if kindOf c == "axiom" then toString c.type else "")),
    ("rests", jsonOf (← collect w known n)),
    ("uses", Json.arr (own.map fun m => Json.str (toString m))),
    ("direct", jsonOf direct)]

/-- Extensions that hold, for a function, what runs in its stead; their names have changed. -/
def replacing : List String :=
  ["implementedBy", "implemented_by", "implementedByAttr", "extern", "externAttr"]

unsafe def readWorld (request : Request) : IO World := do
  let mut constants : NameMap ConstantInfo := {}
  let mut moduleOf : NameMap Name := {}
  let mut names : Array Name := #[]
  let mut replaced : NameMap String := {}
  let mut outside : Array Name := #[]
  for (module, files) in request.modules do
    let data ← readObject files
    for i in data.imports do
      unless request.modules.any (fun m => m.1 == i.module) || outside.contains i.module do
        outside := outside.push i.module
    for c in data.constants do
      if constants.contains c.name then
        throw (IO.userError s!"{c.name} is declared in two modules")
      constants := constants.insert c.name c
      moduleOf := moduleOf.insert c.name module
      names := names.push c.name
    for (extension, entries) in data.entries do
      let last := ((toString extension).splitOn ".").foldl (fun _ part => part) ""
      if replacing.contains last then
        for entry in entries do
          let pair : Name × Nat := unsafeCast entry
          replaced := replaced.insert pair.1 last
  let toolchain ← loadToolchain outside
  for n in names do
    match toolchain.find? n with
    | some _ => throw (IO.userError s!"{n} is declared in the toolchain already")
    | none => pure ()
  return { toolchain := toolchain, constants := constants, names := names,
           moduleOf := moduleOf, replaced := replaced }

unsafe def answer (request : Request) : IO Json := do
  let w ← readWorld request
  let known ← IO.mkRef ({} : NameMap (Option Assumptions))
  let mut rows : Array Json := #[]
  for n in w.names do
    match w.constants.find? n with
    | some c => rows := rows.push (← describe w known n c)
    | none => pure ()
  let mut wrong : Array Json := #[]
  let mut unconfirmed : Array Json := #[]
  let mut refused := ""
  if request.replay || request.statements.size > 0 then
    let start : Replay := { env := w.toolchain }
    try
      let (_, s) ← (replayAll w).run start
      unconfirmed := s.unconfirmed.map fun n => Json.str (toString n)
      for (name, text) in request.statements do
        let said ← complaints s.env s!"example : ({text}) := @{name}\n"
        unless said == "" do
          wrong := wrong.push (Json.arr #[Json.str name, Json.str said])
    catch e => refused := toString e
  return Json.mkObj [
    ("rows", Json.arr rows),
    ("wrong", Json.arr wrong),
    ("unconfirmed", Json.arr unconfirmed),
    ("refused", Json.str refused)]

unsafe def run (args : List String) : IO Unit := do
  match args with
  | [requests, output] =>
    let lines ← IO.FS.lines (System.FilePath.mk requests)
    let request := lines.foldl addLine {}
    let json ← answer request
    IO.FS.writeFile (System.FilePath.mk output) json.compress
  | _ => throw (IO.userError "usage: <requests> <answer>")
