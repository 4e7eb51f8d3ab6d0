"""What a compiled module takes on trust, from its interface, and what nothing there permits."""

from __future__ import annotations

import collections
import dataclasses
import glob
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from fourfold.backend.agda.options import (
    CUBICAL,
    UNSAFE_FLAGS,
    may_be_asked_for,
    unasked,
    why_it_matters,
)
from fourfold.core.policy import Assumption, AxiomPolicy

_CUBICAL_MODULES = ("Agda.Primitive.Cubical.", "Agda.Builtin.Cubical.")
_REFLECTION = "Agda.Builtin.Reflection"
_COMPOSITION = "composition "
_EVERYWHERE = ("--", "BUILTIN ", "primitive ", _COMPOSITION)


def literal_operators(policy: AxiomPolicy) -> AxiomPolicy:
    """Its globs as Agda's names need them: `*`, `?` and `[` are themselves in an operator.

    `_*_` is a name, and as a glob it would permit every operator of two arguments.
    """

    def pattern(entry: str) -> str:
        module, stop, last = entry.rpartition(".")
        return f"{module}{stop}{glob.escape(last)}" if "_" in last else entry

    return dataclasses.replace(policy, axioms=tuple(pattern(entry) for entry in policy.axioms))


@dataclass(frozen=True)
class Trusted:
    """Something that a module takes on trust, as Agda reports it.

    `name` is a postulate's full one; or an option; or what is bound to a builtin, as `BUILTIN x` or
    `primitive x`; or where cubical primitives are not checked, as `composition x`. `where` is its
    file, with the line where that is known.
    """

    module: str
    name: str
    statement: str = ""
    where: str = ""

    @property
    def is_postulate(self) -> bool:
        """The others count for all that is in the module, or that imports it."""
        return not self.name.startswith(_EVERYWHERE)


def reflects(answer: Mapping[str, Any]) -> bool:
    return _REFLECTION in answer.get("imports", ())


def trusted_by(
    answer: Mapping[str, Any], module: str, source: str, macros: bool
) -> list[Trusted]:
    """From the answer of a compile. `macros` says whether any can have been used in the module."""
    survey = answer.get("survey", {"postulates": [], "options": []})
    return [
        *_postulates(answer["postulates"], survey["postulates"], module, source),
        *(Trusted(module, option, where=source) for option in sorted(set(survey["options"]))),
        *(Trusted(module, name, where=source) for name in _unlooked_at(answer, macros)),
    ]


def _unlooked_at(answer: Mapping[str, Any], macros: bool) -> list[str]:
    """What Agda takes as it is: what is bound to builtins, and compositions of an inferred type.

    What a macro makes can have been inferred wherever it stands, and so can what a clause binds
    by `using`.
    """
    anywhere = macros or answer.get("left_lets")
    compositions = answer.get("composing" if anywhere else "inferred", ())
    return [*answer.get("bound", ()), *(f"{_COMPOSITION}{name}" for name in compositions)]


def _postulates(
    declared: Sequence[Mapping[str, Any]],
    surveyed: Sequence[Mapping[str, Any]],
    module: str,
    source: str,
) -> list[Trusted]:
    """The postulates of the interface, with what Agda's list says of each.

    That list has last names only, in the order of the file, and also the postulates that nothing
    can reach, which the interface leaves out. Where the numbers differ, nobody knows which is
    which.
    """
    said = collections.defaultdict(list)
    for postulate in sorted(surveyed, key=lambda p: p["line"]):
        said[postulate["name"]].append(postulate)
    last = [p["name"].rsplit(".", 1)[-1] for p in declared]
    paired = {n for n in last if last.count(n) == len(said[n])}
    found = [
        _postulate(module, postulate["name"], source, said[n].pop(0) if n in paired else None)
        for postulate, n in zip(declared, last)
    ]
    for name, left in said.items():
        found += [_postulate(module, f"{module}.{name}", source, p) for p in left]
    return found


def _postulate(
    module: str, name: str, source: str, known: Mapping[str, Any] | None
) -> Trusted:
    if known is None:
        return Trusted(module, name, where=source)
    return Trusted(module, name, known["statement"], f"{source}:{known['line']}")


@dataclass(frozen=True)
class Asked:
    """What a target asks for; `build` is the file that says so."""

    safe: bool
    flags: Sequence[str]
    policy: AxiomPolicy
    build: str

    @property
    def cubical(self) -> bool:
        return not set(CUBICAL).isdisjoint(self.flags)


def never_trusted(
    answer: Mapping[str, Any], module: str, source: str, asked: Asked, macros: bool
) -> list[str]:
    """Messages for what no setting permits, or what the target does not ask for.

    A module that Agda has no interface for, or rejects, has parts of the answer only.
    """
    survey = answer.get("survey", {"options": [], "refused": []})
    postulates = answer.get("postulates", ())
    options = sorted(set(survey["options"]) - set(UNSAFE_FLAGS))
    return [
        *(f"{source}: the option {o} is refused: no setting permits it" for o in options),
        *(f"{source}: refused, though `safe` is off: {said}" for said in survey["refused"]),
        *_options(answer.get("options", ()), options, source, asked),
        *_cubical(answer.get("imports", ()), source, asked),
        *(
            unlooked_at_message(module, name, source, asked.build)
            for name in _unlooked_at(answer, macros)
            if not asked.policy.permits(Assumption(name, home=module))
        ),
        *_unlisted(postulates if asked.safe else (), source),
        *_not_unique(postulates, source),
    ]


def unlooked_at_message(module: str, name: str, where: str, build: str) -> str:
    if name.startswith(_COMPOSITION):
        why = (
            f"{name[len(_COMPOSITION):]} has a cubical primitive where Agda infers its type (under "
            "`with` or `rewrite`, in a pattern of `let`, under an overloaded projection, by a "
            "macro), or may do so (in a module where a clause has `using x ← e`), and does not "
            "check there that its sides agree with its base. Make it a definition that has a type "
            "of its own, in a module without such a `using`"
        )
    else:
        why = (
            f"{module} has `{name}`. Agda computes with what a file binds to its builtins and "
            "primitives, and does not look whether it is what they stand for. Take it from "
            "`Agda.Builtin`"
        )
    return f"{where}: {why}; or, to permit it, add \"{name}\" to `axioms` in {build}."


def _options(
    pragmas: Sequence[Sequence[str]], refused: Sequence[str], source: str, asked: Asked
) -> list[str]:
    """`refused` are those that have their message already."""
    # Where `safe` is off, those are judged as axioms.
    flags = [*asked.flags, *refused, *(() if asked.safe else UNSAFE_FLAGS)]
    return [
        f"{source}: sets the option {o}, which its target does not ask for ({why_it_matters(o)}). "
        + (
            f"To have it, add \"{o}\" to `flags` in {asked.build}."
            if may_be_asked_for(o)
            else "Nothing permits it."
        )
        for o in unasked(pragmas, flags)
    ]


def _cubical(imports: Iterable[str], source: str, asked: Asked) -> list[str]:
    """Agda lets any module name cubical primitives, and they compute there too."""
    if asked.cubical:
        return []
    found = [m for m in imports if f"{m}.".startswith(_CUBICAL_MODULES)]
    return [
        f"{source}: imports {', '.join(found)}: cubical primitives, which its target does not ask "
        f"for. To have them, add \"--cubical\" to `flags` in {asked.build}."
    ] if found else []


def _unlisted(postulates: Iterable[Mapping[str, Any]], source: str) -> list[str]:
    return [
        f"{source}: postulates {p['name']}, which Agda's `--safe` overlooks (inside `let`, for "
        "one). Prove it, or set `safe=False` on its target and permit it by name."
        for p in postulates
    ]


def _not_unique(postulates: Iterable[Mapping[str, Any]], source: str) -> list[str]:
    """A policy permits by name."""
    counted = collections.Counter(p["name"] for p in postulates)
    return [
        f"{source}: {number} postulates have the name {name}, so that none can be permitted by "
        "name. Rename all but one."
        for name, number in sorted(counted.items())
        if number > 1
    ]
