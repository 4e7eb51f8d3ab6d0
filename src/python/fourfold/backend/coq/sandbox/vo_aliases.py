"""Names that the kernel takes for other things than they are: holes of modules and functors.

In a compiled file a name can stand for another one, of which it is an alias, and the kernel takes
the two for equal without a look at what they are. By published errors (21051, 21685, 22409 of the
prover's tracker: module aliases inside functors, chains of aliases, `Include` of an applied
functor) Coq writes such pairs for things that differ, which proves False. So what each pair names
is compared here, as it is behind its seals: what a seal hides is still what was proved there, and
two things of which only the types can be seen need not be one. The toolchain's own names are taken
as they are.
"""

from __future__ import annotations

from vo_equality import Equality
from vo_library import (
    DEFINITION,
    FUNCTOR,
    INDUCTIVE,
    MODULE_TYPE,
    PUBLIC,
    Name,
    canonical_name,
    names_in,
    user_name,
)


def confused(closure, library):
    """A message for each alias in the terms of `library` that is not what it stands for."""
    pairs = {
        (user_name(pair), canonical_name(pair))
        for pair, _ in names_in([0, library.compiled, library.proofs()])
        if len(pair) == 3
    }
    equalities = {}  # by sets of files, which are few
    found = []
    for alias, meant in sorted(pairs, key=lambda pair: (str(pair[0]), str(pair[1]))):
        if alias == meant or not closure.is_own(alias.library):
            continue
        files = frozenset({library.name, alias.library, meant.library})
        equality = equalities.setdefault(files, Equality(closure, files))
        if not _honest(closure, alias, meant, equality):
            found.append(_message(closure, alias, meant))
    return found


def inductive_in_interface(library):
    """Whether a module type, a functor or what is behind a seal declares an inductive type."""
    return any(d.kind == INDUCTIVE and d.where != PUBLIC for d in library.declarations)


def _message(closure, alias, meant):
    functor = _functor_around(closure, meant)
    if functor is None:
        instead = (
            "name an applied functor before it is included (`Module B := F A. Include B.`), and "
            "write out what an alias stands for where that does not help"
        )
    else:
        instead = (
            "in this version of Coq, all instances of the functor have this name. They have names "
            "of their own if the functor is applied by the name that it was declared by, as in "
            f"`Module B := {functor} A`, and not through an `Include` or an alias (`Module B := A`)"
            " of a module around it"
        )
    return (
        f"the kernel takes {alias} for {meant}, which is not the same (known errors of Coq's "
        f"modules, 21051, 21685 and 22409 of its tracker). No option permits it; {instead}"
    )


def _honest(closure, alias, meant, equality):
    if _is_parameter(meant):
        if not _is_parameter(alias) and not _inside_binder(closure, alias, meant):
            return False
    else:
        functor = _functor_around(closure, meant)
        if functor is not None and not _inside(alias, functor):
            return _only_instance(closure, alias, meant, equality)
    found = closure.library(alias.library).views(alias)
    others = closure.library(alias.library if _is_parameter(meant) else meant.library)
    return any(
        _equal(found[-1], view, meant, equality) for view in (others.views(meant) if found else ())
    )


def _is_parameter(name):
    return name.path[0].startswith("#")


def _inside_binder(closure, alias, meant):
    """Whether a name is in a functor that has the parameter which another one is in."""
    bound = Name(meant.library, meant.path[:1])
    functors = closure.library(alias.library).binders.get(bound, ())
    return any(_inside(alias, Name(alias.library, path)) for path in functors)


def _functor_around(closure, name):
    """The functor that a name is declared in, outermost first."""
    library = closure.library(name.library)
    for length in range(1, len(name.path)):
        if library is not None and name.path[:length] in library.functors:
            return Name(name.library, name.path[:length])
    return None


def _inside(name, functor):
    return name.library == functor.library and name.path[: len(functor.path)] == functor.path


def _only_instance(closure, alias, meant, equality):
    """A name inside a functor is nothing by itself: all that stand for it must be one thing.

    Those can only be told by their last name, and are looked for in the functor's own file, where
    an alias elsewhere is never honest: another file could apply the functor to something else. So
    could what applies another functor that the alias is in.
    """
    if alias.library != meant.library:
        return False
    library = closure.library(alias.library)
    found = library.views(alias)
    if [d.where for d in found] != [PUBLIC]:
        return False
    alike = [d for d in library.declarations if d.where not in (FUNCTOR, MODULE_TYPE)
             and d.name.path[-1] == meant.path[-1]]
    return all(_equal(library.views(d.name)[-1], found[0], alias, equality) for d in alike)


def _equal(one, other, meant, equality):
    """Whether the declaration `one` may be taken for `other`, which has the name `meant`.

    What is an axiom or has a hidden proof may not: an alias of such a thing is defined as it.
    """
    if one is other:
        return True
    if one.kind == DEFINITION:
        # Of one body they are equal, though one may be used at a larger type.
        alike = other.kind == DEFINITION and equality.same(one.body, other.body)
        return alike or equality.is_constant(one.body, meant)
    return one.kind == other.kind == INDUCTIVE and equality.same(one.type, other.type)
