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
  statement <name> <text>            whether the constant, if the module has it, proves the statement

and the second one the file for the answer, in JSON; `error` says why there is none. What differs
between versions of Lean stands in audit_variants.lean: `kernelAdd`, `loadToolchain`, `readObject`,
`homeOf`.
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

def needsQuotes (part : String) : Bool :=
  part.any (fun c => c == '.' || c == '«' || c == '»' || Nat.ble c.toNat 32) || part.all Char.isDigit

def quoted (part : String) : String :=
  let inside := part.foldl (fun text c =>
    if c == '»' then text ++ "»»" else if c.toNat < 32 then text ++ "\\" ++ toString c.toNat
    else text.push c) ""
  "«" ++ inside ++ "»"

/-- One part of a name. Lean's own printing gives some different names one text. -/
def shownPart (part : Name) : String :=
  let text := part.toString (escape := false)
  if part == Name.mkStr Name.anonymous text && needsQuotes text then quoted text else text

/-- The text of a name: different for different names. -/
def shown (n : Name) : String := ".".intercalate (n.components.map shownPart)

/-- What a constant rests on without proof: a name, and a note that says of what kind it is. -/
abbrev Assumptions := Array (Name × String)

def Assumptions.add (a : Assumptions) (x : Name × String) : Assumptions :=
  if a.any (fun y => y.1 == x.1 && y.2 == x.2) then a else a.push x

structure World where
  toolchain : Environment
  /-- The constants of the audited modules, the module of each, and the module that is asked for. -/
  constants : NameMap ConstantInfo
  audited : Name
  names : Array Name
  moduleOf : NameMap Name
  /-- Constants of which the compiled code is replaced, and by which attribute. -/
  replaced : NameMap String

/-- The module that declares `n`. -/
def World.home (w : World) (n : Name) : Name :=
  match w.moduleOf.find? n with
  | some m => m
  | none => homeOf w.toolchain n

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

structure Replay where
  env : Environment
  done : NameSet := {}

abbrev ReplayM := StateT Replay IO

def admit (d : Declaration) (n : Name) : ReplayM Unit := do
  let s ← get
  let env ← try kernelAdd s.env d catch e =>
    throw (IO.userError s!"the kernel refuses {shown n} when it is added again: {e}")
  set { s with env := env }

/-- `a = b` for the type named `type`, and its proof if the kernel itself finds them equal. -/
def equation (type : Name) (a b : Expr) : Expr :=
  mkApp3 (mkConst `Eq [levelOne]) (mkConst type) a b

def evaluation (type : Name) (b : Expr) : Expr :=
  mkApp2 (mkConst `Eq.refl [levelOne]) (mkConst type) b

def byKernel? (e : Expr) (axiomName type : Name) : Option Expr :=
  if e.isAppOfArity axiomName 3 then
    let a := e.getArg! 0
    let b := e.getArg! 1
    some (mkApp2 (mkConst `id [levelZero]) (equation type a b) (evaluation type b))
  else none

/--
Compiled code says nothing to us: an attribute, a plugin or an initializer can have replaced it. So
where a term asks it for the value of `a`, the kernel is asked for the same.
-/
def withoutCompiler (e : Expr) : Expr :=
  e.replace fun e => match byKernel? e `Lean.ofReduceBool `Bool with
    | some found => some found
    | none => byKernel? e `Lean.ofReduceNat `Nat

/-- Whether `n` is the axiom that later versions of Lean declare for a use of `native_decide`. -/
def isNativeAxiom (n : Name) : Bool := n.components.contains `_native

/-- Such an axiom says `a = b` of two Booleans: refused unless the kernel finds the same. -/
def confirmNative (v : AxiomVal) : ReplayM Unit := do
  let s ← get
  let refused := s!"the kernel cannot confirm {shown v.name}, which compiled code has decided"
  unless v.type.isAppOfArity `Eq 3 do throw (IO.userError refused)
  let proof := Declaration.thmDecl {
    name := v.name ++ `confirmed, levelParams := v.levelParams, type := v.type,
    value := evaluation `Bool (v.type.getArg! 2) }
  let _ ← try kernelAdd s.env proof catch e =>
    throw (IO.userError s!"{refused}: {e}")

def inductiveTypes (w : World) (names : List Name) : List InductiveType :=
  names.map fun n => match w.find? n with
    | some (ConstantInfo.inductInfo u) => {
        name := n, type := u.type,
        ctors := u.ctors.map fun m => { name := m, type := match w.find? m with
          | some d => d.type
          | none => u.type } }
    | _ => { name := n, type := mkSort levelZero, ctors := [] }

def isClosed (e : Expr) : Bool := !(e.hasFVar || e.hasMVar || e.hasLooseBVars)

/-- Without `proofs`, a theorem is added by its type alone, as an axiom. -/
partial def replayConstant (w : World) (proofs : Bool) (n : Name) : ReplayM Unit := do
  match w.constants.find? n with
  | none => pure ()
  | some c =>
    if (← get).done.contains n || isOutsideKernel c then return ()
    modify fun s => { s with done := s.done.insert n }
    unless (expressions c).all isClosed do
      throw (IO.userError s!"the term of {shown n} has free variables")
    for m in needs w c do
      replayConstant w proofs m
    match c with
    | ConstantInfo.defnInfo v =>
      admit (Declaration.defnDecl { v with value := withoutCompiler v.value }) n
    | ConstantInfo.axiomInfo v =>
      if isNativeAxiom n then confirmNative v
      admit (Declaration.axiomDecl v) n
    | ConstantInfo.opaqueInfo v =>
      admit (Declaration.opaqueDecl { v with value := withoutCompiler v.value }) n
    | ConstantInfo.quotInfo _ =>
      match (← get).env.find? n with
      | some _ => pure ()
      | none => admit Declaration.quotDecl n
    | ConstantInfo.thmInfo v =>
      if proofs then admit (Declaration.thmDecl { v with value := withoutCompiler v.value }) n
      else admit (Declaration.axiomDecl { toConstantVal := v.toConstantVal, isUnsafe := false }) n
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

def replayAll (w : World) (proofs : Bool) : ReplayM Unit := do
  for n in w.names do
    replayConstant w proofs n
  for n in w.names do
    match w.constants.find? n with
    | some c =>
      if isGenerated c && !isOutsideKernel c then
        match (← get).env.find? n with
        | some d =>
          unless sameConstant c d do
            throw (IO.userError s!"{shown n} is not what the kernel makes for its inductive type")
        | none => throw (IO.userError s!"the kernel makes no {shown n} for any inductive type")
    | none => pure ()

/-- What Lean says against `text` as commands, after `env` has been loaded; "" if nothing. -/
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

def isInductive (w : World) (n : Name) : Bool :=
  match w.constants.find? n with
  | some (ConstantInfo.inductInfo _) => true
  | _ => false

/-- The audited types that `type` takes instances of: those that it reads as classes. -/
partial def classesOf (w : World) (type : Expr) (found : Array Name) : Array Name :=
  if type.isForall then
    let head := type.bindingDomain!.getAppFn
    let found := match type.bindingInfo! with
      | BinderInfo.instImplicit =>
        if head.isConst && isInductive w head.constName! && !found.contains head.constName! then
          found.push head.constName!
        else found
      | _ => found
    classesOf w type.bindingBody! found
  else found

/--
What Lean says against the claim that the constant `c` proves the statement `text`.

The statement is read with the toolchain's notations, coercions and instances alone. Of the audited
modules it sees the constants, and which of them are classes: without that, `[C α]` is refused.
-/
def againstStatement (w : World) (env : Environment) (c : ConstantInfo) (text : String) :
    IO String := do
  match Parser.runParserCategory env `term text with
  | Except.error said => return "it cannot be read: " ++ said
  | Except.ok _ => pure ()
  let classes := (classesOf w c.type #[]).foldl
    (fun commands n => commands ++ s!"attribute [class] {n}\n") ""
  complaints env (classes ++ s!"example : ({text}) := @{c.name}\n")

/-- Whether the type of `c` is a proposition, as the kernel sees it after the replay. -/
def isProposition (env : Environment) (c : ConstantInfo) : IO Bool := do
  let claim := Declaration.defnDecl {
    name := `FourfoldAudit ++ c.name, levelParams := c.levelParams, type := mkSort levelZero,
    value := c.type, hints := ReducibilityHints.abbrev, safety := DefinitionSafety.safe }
  try
    let _ ← kernelAdd env claim
    pure true
  catch _ =>
    pure false

/-- What a constant is: a theorem is one with a proof, of a type that is a proposition. -/
def kindOf (c : ConstantInfo) (proposition : Bool) : String :=
  if isOutsideKernel c then "an unsafe or partial definition" else match c with
  | ConstantInfo.axiomInfo _ => "an axiom"
  | ConstantInfo.inductInfo _ => "an inductive type"
  | ConstantInfo.ctorInfo _ => "a constructor"
  | ConstantInfo.recInfo _ => "a recursor"
  | ConstantInfo.quotInfo _ => "a part of the kernel's quotients"
  | ConstantInfo.opaqueInfo _ => if proposition then "theorem" else "an opaque constant"
  | _ => if proposition then "theorem" else "a definition"

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

def readModule (module : Name) (files : Array String) : IO ModuleData := do
  let data ← try readObject files catch e =>
    throw (IO.userError s!"the object file of {shown module} is not what Lean writes: {e}")
  return data

unsafe def readWorld (request : Request) : IO World := do
  let mut read : Array (Name × ModuleData) := #[]
  for (module, files) in request.modules do
    read := read.push (module, ← readModule module files)
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
