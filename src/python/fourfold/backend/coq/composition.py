"""What imported lemmas rest on, put in the place of the lemmas."""

from __future__ import annotations

from typing import Container, Mapping, Sequence

from fourfold.core.policy import Assumption, AxiomPolicy
from fourfold.prover.judgement import Constants


def home_of(name: str, modules: Container[str]) -> str | None:
    """The module that declares `name`; None where it is in none of `modules`."""
    end = name.rfind(".")
    while end > 0:
        if name[:end] in modules:
            return name[:end]
        end = name.rfind(".", 0, end)
    return None


def composed(
    constants: Constants,
    own: str,
    audits: Mapping[str, Mapping[str, Sequence[Assumption]]],
    of_toolchain: Container[str],
) -> dict[str, list[Assumption]] | None:
    """`constants` with each imported lemma replaced by what it rests on.

    `audits` gives the constants of each imported module of the repository; which of them an
    assumption is of, says its home. None where an assumption bypasses a check, is the module's
    own, or is in neither one of those nor a module of the toolchain.
    """
    found: dict[str, list[Assumption]] = {}
    for name, assumptions in constants.items():
        resting: dict[tuple[str, str, str], Assumption] = {}
        for assumption in assumptions:
            if assumption.unsafe or assumption.home == own:
                return None
            if assumption.home in of_toolchain:
                known: Sequence[Assumption] | None = (assumption,)
            else:
                known = audits.get(assumption.home, {}).get(assumption.name)
            if known is None:
                return None
            resting.update(((a.name, a.unsafe, a.home), a) for a in known)
        found[name] = [resting[key] for key in sorted(resting)]
    return found


def strangers(
    constants: Constants, policy: AxiomPolicy, modules: Container[str]
) -> list[str]:
    """A message for each permitted axiom or IOU that another file declares than its name says.

    `modules` are all of the repository and the toolchain. A module `b` inside `a.v` and the file
    `a/b.v` have one printed name, and who permits `a.b.ax` reads the file's.
    """
    permitted = {
        (a.name, a.home)
        for found in constants.values()
        for a in found
        if not a.unsafe and (policy.permits(a) or a.name in policy.ious)
    }
    return [
        f"{name} is permitted as an axiom of the module {home_of(name, modules)}, and declared in "
        f"{home or 'no loaded module'}: the two have one printed name. Rename the module inside "
        "the file, or the file."
        for name, home in sorted(permitted)
        if home_of(name, modules) != home
    ]
