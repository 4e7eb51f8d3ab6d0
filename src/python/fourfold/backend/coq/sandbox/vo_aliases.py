"""Names that the kernel takes for other things than they are: holes of modules and functors.

In a compiled file a name can stand for another one, of which it is an alias, and the kernel takes
the two for equal without a look at what they are. By published errors (21051, 21685, 22409 of the
prover's tracker: module aliases inside functors, chains of aliases, `Include` of an applied
functor) Coq writes such pairs for things that differ, which proves False. So what each pair names
is compared here. The toolchain's own names are taken as they are.
"""

from __future__ import annotations

from vo_library import (
    DEFINITION,
    INDUCTIVE,
    PUBLIC,
    Name,
    canonical_name,
    is_pair,
    names_in,
    same,
    user_name,
)

_CONST = 10  # the tag of a term that is a constant


def confused(closure, library):
    """A message for each alias in the terms of `library` that is not what it stands for."""
    pairs = {
        (user_name(pair), canonical_name(pair))
        for pair, _ in names_in([0, library.compiled, library.proofs()])
        if len(pair) == 3
    }
    return [
        _message(alias, meant)
        for alias, meant in sorted(pairs, key=lambda pair: (str(pair[0]), str(pair[1])))
        if alias != meant and closure.is_own(alias.library) and not _honest(closure, alias, meant)
    ]


def inductive_in_interface(library):
    """Whether a module type, a functor or what is behind a seal declares an inductive type."""
    return any(d.kind == INDUCTIVE and d.where != PUBLIC for d in library.declarations)


def _message(alias, meant):
    return (
        f"the kernel takes {alias} for {meant}, which is not the same (known errors of Coq's "
        "modules, 21051, 21685 and 22409 of its tracker). Such names come from module aliases "
        "(`Module B := A`) inside functors and from `Include` of an applied functor: write out the "
        "alias's definitions, or apply the functor under a name of its own (`Module B := F A`)"
    )


def _honest(closure, alias, meant):
    functor = _functor_around(closure, meant)
    if functor is not None and not _inside(alias, functor):
        return _only_instance(closure, alias, meant)
    return _equal(closure.find(alias), closure.find(meant), meant)


def _functor_around(closure, name):
    """The functor that a name is declared in, outermost first."""
    library = closure.library(name.library)
    for length in range(1, len(name.path)):
        if library is not None and name.path[:length] in library.functors:
            return Name(name.library, name.path[:length])
    return None


def _inside(name, functor):
    return name.library == functor.library and name.path[: len(functor.path)] == functor.path


def _only_instance(closure, alias, meant):
    """A name inside a functor is nothing by itself: all that stand for it must be one thing.

    Those can only be told by their last name, and are looked for in the functor's own file, where
    an alias elsewhere is never honest: another file could apply the functor to something else.
    """
    if alias.library != meant.library:
        return False
    library = closure.library(alias.library)
    found = library.find(alias.path)
    alike = [d for d in library.declarations if d.where == PUBLIC
             and d.name.path[-1] == meant.path[-1]]
    return found is not None and all(_equal(d, found, alias) for d in alike)


def _equal(one, other, meant):
    """Whether the declaration `one` may be taken for `other`, which has the name `meant`."""
    if one is None or other is None:
        return False
    if one.kind == DEFINITION:
        # Of one body they are equal, though one may be used at a larger type.
        alike = other.kind == DEFINITION and same(one.body, other.body)
        return alike or _is_constant(one.body, meant)
    if not same(one.type, other.type):
        return False
    return one.kind == other.kind or (one.kind != INDUCTIVE and other.kind == DEFINITION)


def _is_constant(term, name):
    if not isinstance(term, list) or term[0] != _CONST:
        return False
    pair = term[1][1]
    return is_pair(pair) and canonical_name(pair) == name
