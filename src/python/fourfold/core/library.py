"""Whether the claims about a library are met, judged over all of its modules.

Each module answers for the claims that it knows to be its own. A claim about a module that does
not exist, or with a misspelt name, is nobody's own; so the library answers for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

from fourfold.core.citations import near_names
from fourfold.core.conclusion import Conclusion, conclude
from fourfold.core.verdict import Verdict


@dataclass(frozen=True)
class Claims:
    """Full names: `theorems` are those that must exist, and `ious` those that must be open.

    `statements` are pairs: a theorem, and the statement that it must prove.
    """

    theorems: frozenset[str] = frozenset()
    ious: frozenset[str] = frozenset()
    statements: frozenset[tuple[str, str]] = frozenset()

    def without(self, other: Claims) -> Claims:
        return Claims(self.theorems - other.theorems, self.ious - other.ious)


@dataclass(frozen=True)
class Member:
    """A module of the library: what its target claims, and what its judgement found.

    `constants` are the names in its report, and `open_ious` the obligations that they rest on.
    `module` is empty where the judgement broke before its name was known.
    """

    address: str
    module: str
    verdict: Verdict
    claims: Claims
    constants: frozenset[str] = frozenset()
    open_ious: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.module} ({self.address})" if self.module else self.address

    def owns_by_name(self, name: str) -> bool:
        return not self.module or name.startswith(self.module + ".")


@dataclass(frozen=True)
class Library:
    """`claims` are those of the library's own target; `build_file` holds them.

    `names_begin_with_module` is false for a prover whose names say nothing of the module.
    """

    claims: Claims
    members: tuple[Member, ...]
    build_file: str
    names_begin_with_module: bool = True

    @property
    def judged(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if m.verdict.passes)

    @property
    def failed(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if m.verdict is Verdict.HARD_ERROR)

    @property
    def unavailable(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if m.verdict is Verdict.NOT_AVAILABLE)

    def undecided(self, name: str) -> bool:
        """Whether a module that was not judged could have `name`."""
        unknown = [*self.failed, *self.unavailable]
        if not self.names_begin_with_module:
            return bool(unknown)
        return any(m.owns_by_name(name) for m in unknown)


def unmet_claims(library: Library) -> list[str]:
    """A message for each claim that is not met by exactly one module."""
    every = [library.claims, *(m.claims for m in library.members)]
    messages = []
    for name in sorted({n for claims in every for n in (*claims.theorems, *claims.ious)}):
        said = _ambiguous(name, library) or _unmet(name, library)
        messages += [said] if said else []
    return messages + _replaced_statements(library)


def _replaced_statements(library: Library) -> list[str]:
    return [
        f"the theorem {name} must prove `{statement}`, but the `overrides` for its file in "
        f"{library.build_file} give it another statement. Give one of the two."
        for name, statement in sorted(library.claims.statements)
        for holder in library.judged
        if name in holder.constants
        and name in holder.claims.theorems
        and (name, statement) not in holder.claims.statements
    ]


def _ambiguous(name: str, library: Library) -> str | None:
    found = {m.module: m for m in library.judged if name in m.constants}
    if len(found) < 2:
        return None
    return (
        f"{name} is in more than one module: "
        f"{' and '.join(str(found[m]) for m in sorted(found))}. Both print that "
        "name, so a claim about it says nothing; rename one."
    )


def _unmet(name: str, library: Library) -> str | None:
    return (
        _not_of_its_file(name, library)
        or _theorem_of_no_module(name, library)
        or _iou_of_no_module(name, library)
    )


def _not_of_its_file(name: str, library: Library) -> str | None:
    """A file's own claims, from `overrides`, are for that file."""
    for member in library.judged:
        own = member.claims.without(library.claims)
        lacking = name in own.theorems and name not in member.constants
        closed = name in own.ious and name not in member.open_ious
        if lacking or closed:
            others = [m for m in library.members if m.owns_by_name(name) and m != member]
            hint = f" Its name begins with that of {others[-1]}." if others else ""
            what = f"have the theorem {name}" if lacking else f"rest on the IOU {name}"
            return (
                f"{member} does not {what}, which the `overrides` for its file in "
                f"{library.build_file} claim.{hint}{_near(name, library)}"
            )
    return None


def _theorem_of_no_module(name: str, library: Library) -> str | None:
    asked = {*library.claims.theorems, *(t for m in library.members for t in m.claims.theorems)}
    holders = [m for m in library.judged if name in m.constants]
    if name not in asked or any(name in m.claims.theorems for m in holders):
        return None
    if holders:
        return (
            f"the theorem {name} is of {holders[0]}, whose `overrides` in {library.build_file} "
            "claim other theorems in place of those of the library. Add it there."
        )
    if library.undecided(name):
        return None
    owners = [m for m in library.members if m.owns_by_name(name)]
    if owners or not library.names_begin_with_module:
        looked = ", ".join(map(str, owners)) or listed(m.module for m in library.members)
        why = f"there is no closed, top-level constant of that name in {looked}."
    else:
        modules = listed(m.module for m in library.members)
        why = f"its name begins with that of no module of the library ({modules})."
    return (
        f"the theorem {name}, claimed in {library.build_file}, does not exist: {why}"
        f"{_near(name, library)}"
    )


def _iou_of_no_module(name: str, library: Library) -> str | None:
    asked = name in library.claims.ious or any(name in m.claims.ious for m in library.members)
    opened = any(name in m.open_ious for m in library.judged)
    if not asked or opened or library.undecided(name):
        return None
    return (
        f"the IOU {name} is not open any more, in no module of the library: it is proved, or its "
        f"name is gone. Take it out of `ious` in {library.build_file}.{_near(name, library)}"
    )


def _near(name: str, library: Library) -> str:
    """What somebody who wrote `name` may have meant: a constant, or else a module."""
    known = {n for m in library.judged for n in m.constants} - {name}
    names = near_names(name, known)
    return did_you_mean(names or near_names(name, {m.module for m in library.members}))


def did_you_mean(near: Iterable[str]) -> str:
    names = " or ".join(near)
    return f" Did you mean {names}?" if names else ""


def listed(names: Iterable[str]) -> str:
    """Up to six names, and how many more there are."""
    found = sorted(set(names))
    more = f", and {len(found) - 6} more" if len(found) > 6 else ""
    return ", ".join(found[:6]) + more


def conclude_library(
    library: Library, refusals: Sequence[str], unavailable: Sequence[str]
) -> Conclusion:
    """`unavailable` are the reasons of the members that could not be judged here."""
    failed = listed(str(m) for m in library.failed)
    refused = [f"these modules failed, and the library with them: {failed}"] if failed else []
    return conclude(
        [*refusals, *refused],
        judged=len(library.members),
        unavailable=unavailable or [f"{m} is not-available" for m in library.unavailable],
        ious=[m.address for m in library.members if m.verdict is Verdict.IOU_ONLY],
    )
