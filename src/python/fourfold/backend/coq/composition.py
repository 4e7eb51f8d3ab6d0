"""What imported lemmas rest on, put in the place of the lemmas."""

from __future__ import annotations

from typing import Container, Mapping, Sequence

from fourfold.backend.prover.judgement import Constants
from fourfold.core.policy import Assumption


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
    homes: Mapping[str, str | None],
    audits: Mapping[str, Mapping[str, Sequence[Assumption]]],
    of_toolchain: Container[str],
) -> dict[str, list[Assumption]] | None:
    """`constants` with each imported lemma replaced by what it rests on.

    `homes` gives the module of each assumption, and `audits` the constants of each imported
    module of the repository. None where an assumption bypasses a check, or is in neither one of
    those nor a module of the toolchain: so above all where it is the module's own.
    """
    found: dict[str, list[Assumption]] = {}
    for name, assumptions in constants.items():
        resting: dict[str, Assumption] = {}
        for assumption in assumptions:
            home = homes[assumption.name]
            if assumption.unsafe or home is None:
                return None
            if home in of_toolchain:
                resting[assumption.name] = assumption
                continue
            known = audits.get(home, {}).get(assumption.name)
            if known is None:
                return None
            resting.update((a.name + a.unsafe, a) for a in known)
        found[name] = [resting[key] for key in sorted(resting)]
    return found
