/-
The constants of the audited modules, beside those of the toolchain, and what each rests on.
-/

def needsQuotes (part : String) : Bool :=
  part.toList.all Char.isDigit ||
    part.toList.any fun c => c == '.' || c == '«' || c == '»' || Nat.ble c.toNat 32

def quoted (part : String) : String :=
  let inside := part.toList.foldl (fun (text : String) (c : Char) =>
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
