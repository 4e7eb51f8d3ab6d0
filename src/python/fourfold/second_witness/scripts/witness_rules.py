"""The rules of the independent checks, by the names that `permits` of a BUILD file gives."""

from __future__ import annotations

FIXPOINT, NESTED_FIX = "fixpoint", "nested-fix"
COFIXPOINT, NESTED_COFIX = "cofixpoint", "nested-cofix"
POSITIVITY = "positivity"
CONSTRUCTOR_LET = "constructor-let"
FUNCTOR_PRIMITIVE = "functor-primitive"
GAVE_UP = "gave-up"

RULES = {
    FIXPOINT: "each recursive call of a fixpoint is on something smaller",
    NESTED_FIX: "the same, for a fixpoint that holds another one",
    COFIXPOINT: "each corecursive call of a cofixpoint stands under a constructor",
    NESTED_COFIX: "the same, for a cofixpoint that holds another one",
    POSITIVITY: "inductive types are strictly positive",
    CONSTRUCTOR_LET: (
        "no match is on a universe-polymorphic type of which a constructor binds a `let`"
    ),
    FUNCTOR_PRIMITIVE: "no primitive is declared in a functor, a module type or a sealed module",
    GAVE_UP: "the check came to its end",
}

# What no rule here looks at.
NOT_JUDGED = ("typing", "conversion", "universes", "elimination out of Prop", "rewrite rules")
