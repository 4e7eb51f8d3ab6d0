From Coq Require Import PrimString.
Axiom odd : "
base.odd : "%pstring = ""%pstring -> True.
Axiom g ap : False.
