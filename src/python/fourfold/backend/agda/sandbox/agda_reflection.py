"""The auditor's own Agda module: what names mention, by reflection.

Its macros answer with a string: the kind of a name and its full name, and `mentionsOf` also the
full names that its term and its type mention.
"""

TEXT = """\
module FourfoldReflection where

open import Agda.Builtin.Bool
open import Agda.Builtin.List
open import Agda.Builtin.Reflection
open import Agda.Builtin.Sigma
open import Agda.Builtin.String
open import Agda.Builtin.Unit

_++_ : {A : Set} → List A → List A → List A
[]       ++ ys = ys
(x ∷ xs) ++ ys = x ∷ (xs ++ ys)

{-# TERMINATING #-}
inTerm   : Term → List Name
inArgs   : List (Arg Term) → List Name
inSort   : Sort → List Name
inClause : Clause → List Name
inClauses : List Clause → List Name
inTelescope : List (Σ String λ _ → Arg Type) → List Name
inPattern : Pattern → List Name
inPatterns : List (Arg Pattern) → List Name

inTerm (var _ args)         = inArgs args
inTerm (con c args)         = c ∷ inArgs args
inTerm (def f args)         = f ∷ inArgs args
inTerm (lam _ (abs _ t))    = inTerm t
inTerm (pat-lam cs args)    = inClauses cs ++ inArgs args
inTerm (pi (arg _ a) (abs _ b)) = inTerm a ++ inTerm b
inTerm (agda-sort s)        = inSort s
inTerm (lit (name n))       = n ∷ []
inTerm (lit _)              = []
inTerm (meta _ args)        = inArgs args
inTerm unknown              = []

inArgs []               = []
inArgs (arg _ t ∷ args) = inTerm t ++ inArgs args

inSort (set t)  = inTerm t
inSort (prop t) = inTerm t
inSort _        = []

inClause (clause tel ps t)      = inTelescope tel ++ (inPatterns ps ++ inTerm t)
inClause (absurd-clause tel ps) = inTelescope tel ++ inPatterns ps

inClauses []       = []
inClauses (c ∷ cs) = inClause c ++ inClauses cs

inTelescope []                    = []
inTelescope ((_ , arg _ t) ∷ tel) = inTerm t ++ inTelescope tel

inPattern (con c ps) = c ∷ inPatterns ps
inPattern (dot t)    = inTerm t
inPattern (proj f)   = f ∷ []
inPattern _          = []

inPatterns []             = []
inPatterns (arg _ p ∷ ps) = inPattern p ++ inPatterns ps

fields : List (Arg Name) → List Name
fields []             = []
fields (arg _ f ∷ fs) = f ∷ fields fs

inDefinition : Definition → List Name
inDefinition (function cs)      = inClauses cs
inDefinition (data-type _ cs)   = cs
inDefinition (record-type c fs) = c ∷ fields fs
inDefinition _                  = []

sort : Definition → String
sort (function _)      = "function"
sort (data-type _ _)   = "type"
sort (record-type _ _) = "type"
sort axiom             = "axiom"
sort prim-fun          = "primitive"
sort _                 = "constructor"

words : List Name → String
words []       = ""
words (x ∷ xs) = primStringAppend " " (primStringAppend (primShowQName x) (words xs))

line : Name → Definition → List Name → String
line x d ms = primStringAppend (sort d)
  (primStringAppend " " (primStringAppend (primShowQName x) (words ms)))

only-if : Bool → List Name → List Name
only-if true  xs = xs
only-if false xs = []

single : Bool → Name → TC String
single mentions x = bindTC (isMacro x) λ where
  true  → returnTC "macro"
  false → bindTC (getDefinition x) λ d → bindTC (getType x) λ t →
          returnTC (line x d (only-if mentions (inTerm t ++ inDefinition d)))

give : Term → String → TC ⊤
give hole s = unify hole (lit (string s))

macro
  kindOf : Name → Term → TC ⊤
  kindOf x hole = bindTC (single false x) (give hole)

  mentionsOf : Name → Term → TC ⊤
  mentionsOf x hole = bindTC (single true x) (give hole)
"""
