"""The auditor's own Agda module: what a name is, by reflection.

Its macro answers with a string: what the name is defined to be; its full name; and whether it is
a `type` or type family, a `term`, or `unknown` where Agda does not say.
"""

TEXT = """\
module FourfoldReflection where

open import Agda.Builtin.Bool
open import Agda.Builtin.List
open import Agda.Builtin.Nat
open import Agda.Builtin.Reflection
open import Agda.Builtin.Sigma
open import Agda.Builtin.String
open import Agda.Builtin.Unit

sort : Definition → String
sort (function _)      = "function"
sort (data-type _ _)   = "data"
sort (record-type _ _) = "record"
sort axiom             = "postulate"
sort prim-fun          = "primitive"
sort _                 = "constructor"

-- An erased or irrelevant argument could not be named in the rest of the type.
plain : Arg Term → Arg Term
plain (arg (arg-info v _) a) = arg (arg-info v (modality relevant quantity-ω)) a

-- Whether a type is a universe, or ends in one. What is a product already is not reduced: Agda
-- would look at it as at a term, where nothing erased may be. A type that computes can have more
-- arguments than anybody can wait for: the number of steps is limited.
level : Nat → Term → TC String
level zero    _                = returnTC "unknown"
level (suc n) (pi a (abs x b)) = extendContext x (plain a) (level n b)
level (suc n) (agda-sort _)    = returnTC "type"
level (suc n) t = bindTC (reduce t) λ where
  (pi a (abs x b)) → extendContext x (plain a) (level n b)
  (agda-sort _)    → returnTC "type"
  _                → returnTC "term"

line : Name → Definition → String → String
line x d l = primStringAppend (sort d)
  (primStringAppend " " (primStringAppend (primShowQName x) (primStringAppend " " l)))

what : Name → TC String
what x = bindTC (isMacro x) λ where
  true  → returnTC "macro"
  false → bindTC (getDefinition x) λ d →
          bindTC (catchTC (bindTC (getType x) (level 200)) (returnTC "unknown")) λ l →
          returnTC (line x d l)

macro
  kindOf : Name → Term → TC ⊤
  kindOf x hole = bindTC (what x) λ s → unify hole (lit (string s))
"""
