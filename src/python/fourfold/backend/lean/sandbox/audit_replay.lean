/-
The kernel's own word on the audited constants: it takes each again, and says which of their types
are propositions, and whether a theorem proves a statement.
-/

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

/--
Whether `n` is the axiom that later versions of Lean declare for a use of `native_decide`: by its
text, since that is what a BUILD file permits.
-/
def isNativeAxiom (n : Name) : Bool := Nat.ble 2 ((shown n).splitOn "._native.").length

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
  pure ()

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

/-- Whether `n` can stand in a command: a name can hold any text, a whole command too. -/
def isPlain (n : Name) : Bool :=
  n.components.all fun part => !(needsQuotes (shownPart part)) &&
    (shownPart part).toList.all fun c => c.isAlphanum || Nat.ble 128 c.toNat ||
      c == '_' || c == '\'' || c == '!' || c == '?'

/-- The audited types that `type` takes instances of: those that it reads as classes. -/
partial def classesOf (w : World) (type : Expr) (found : Array Name) : Array Name :=
  if type.isForall then
    let head := type.bindingDomain!.getAppFn
    let found := match type.bindingInfo! with
      | BinderInfo.instImplicit =>
        if head.isConst && isInductive w head.constName! && isPlain head.constName! &&
            !found.contains head.constName! then
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
  unless isPlain c.name do return "a name with these characters cannot stand in a statement"
  match Parser.runParserCategory env `term text with
  | Except.error said => return "it cannot be read: " ++ said
  | Except.ok _ => pure ()
  let classes := (classesOf w c.type #[]).foldl
    (fun (commands : String) (n : Name) => commands ++ s!"attribute [class] {n}\n") ""
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
