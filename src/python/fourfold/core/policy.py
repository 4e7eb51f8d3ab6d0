"""Which axioms a theorem may rest on, and what it may still owe."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Iterable, Mapping


@dataclass(frozen=True)
class Assumption:
    """Something that a prover reports a theorem to rest on without proof.

    `name` is fully qualified. `unsafe` says which check of the kernel was bypassed, and is empty
    for an axiom; no policy permits an unsafe one. `home` is the full name of the compiled file
    (module or theory) that declares it, by the prover's own identity of the constant: two files
    can declare things that print alike. It is empty where the prover does not say.

    `admitted` marks a proof that was left out, where the prover tells it from an axiom: an open
    obligation, which only `ious` permit.
    """

    name: str
    statement: str = ""
    unsafe: str = ""
    home: str = ""
    admitted: bool = False


@dataclass(frozen=True)
class AxiomPolicy:
    """`axioms` are names or globs over fully qualified names; `ious` are exact names.

    An IOU is an obligation that the authors declare open: an admitted lemma, by name. It must be
    in use, so that one which has been proved, or renamed, is noticed.
    """

    axioms: tuple[str, ...] = ()
    ious: tuple[str, ...] = ()

    def permits(self, assumption: Assumption) -> bool:
        if assumption.unsafe or assumption.admitted:
            return False
        return any(fnmatch.fnmatchcase(assumption.name, pattern) for pattern in self.axioms)


@dataclass(frozen=True)
class PolicyResult:
    forbidden: tuple[Assumption, ...]
    open_ious: tuple[str, ...]
    drifted_ious: tuple[str, ...]

    @property
    def refusals(self) -> tuple[str, ...]:
        """In a few words each; a prover's own messages say more."""
        return (
            *(f"{a.name} is not permitted" for a in self.forbidden),
            *(f"the IOU {iou} is not open any more" for iou in self.drifted_ious),
        )


def apply_policy(
    policy: AxiomPolicy,
    assumptions: Mapping[str, Iterable[Assumption]],
    own: Iterable[str] = (),
) -> PolicyResult:
    """Judges the assumptions of each theorem (by name).

    `own` are the names that the audited module itself declares: each IOU among them must be open,
    or it has drifted. IOUs of imported modules are judged where they are declared.
    """
    forbidden: dict[tuple[str, str, str], Assumption] = {}
    open_ious: set[str] = set()
    for found in assumptions.values():
        for assumption in found:
            if assumption.name in policy.ious and not assumption.unsafe:
                open_ious.add(assumption.name)
            elif not policy.permits(assumption):
                key = (assumption.name, assumption.unsafe, assumption.home)
                forbidden.setdefault(key, assumption)
    own_names = set(own)
    drifted = {i for i in policy.ious if i in own_names and i not in open_ious}
    return PolicyResult(
        tuple(forbidden[k] for k in sorted(forbidden)),
        tuple(sorted(open_ious)),
        tuple(sorted(drifted)),
    )
