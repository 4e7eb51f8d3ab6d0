"""What an independent check said of a module: one that shares no code with the prover's kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Sequence

RECHECK, INDEPENDENT = "re-check", "independent"
WITNESSES = (RECHECK, INDEPENDENT)

_NAMED = 3  # grounds in a summary


@dataclass(frozen=True)
class IndependentCheck:
    """Of a module and all modules of the repository that it imports.

    `grounds` are what it refuses and a target permits, such as "nested-cofix (Lib.a.ring)".
    `judged` counts what it looked at in the module itself; `not_judged` says what no rule of it
    looks at. `unchecked` are modules that it was not run on; of a library, those whose own report
    lacks it.
    """

    refused: bool = False
    grounds: tuple[str, ...] = ()
    judged: tuple[tuple[str, int], ...] = ()
    not_judged: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.refused and not self.unchecked

    def as_json(self) -> dict[str, Any]:
        if self.refused:
            said = "refused"
        elif self.unchecked:
            said = f"not of {', '.join(self.unchecked)}"
        else:
            said = "accepted, on a known hole's ground" if self.grounds else "accepted"
        return {
            "witness": "independent check",
            "said": said,
            "judged": dict(self.judged),
            "not_judged": list(self.not_judged),
        }


def ground_summary(grounds: Sequence[str]) -> str:
    """For the line of a target, after its verdict; "" where there are none."""
    if not grounds:
        return ""
    more = f" and {len(grounds) - _NAMED} more" if len(grounds) > _NAMED else ""
    return f", on a known hole's ground: {', '.join(grounds[:_NAMED])}{more}"


def together(parts: Iterable[tuple[str, IndependentCheck | None]]) -> IndependentCheck | None:
    """Of a library, from those of its modules, by name; None where no module has one."""
    found = list(parts)
    known = [check for _, check in found if check is not None]
    if not known:
        return None
    counts: dict[str, int] = {}
    for check in known:
        for what, count in check.judged:
            counts[what] = counts.get(what, 0) + count
    return IndependentCheck(
        any(check.refused for check in known),
        tuple(sorted({g for check in known for g in check.grounds})),
        tuple(counts.items()),
        tuple(dict.fromkeys(n for check in known for n in check.not_judged)),
        tuple(name for name, check in found if check is None or check.unchecked),
    )


def lacking(
    required: Iterable[str], rechecked: bool, check: IndependentCheck | None
) -> tuple[str, ...]:
    """A message for each witness that `[fourfold].witnesses` requires and a report lacks."""
    has = {RECHECK: rechecked, INDEPENDENT: check is not None and check.complete}
    messages = []
    for name in required:
        if name not in WITNESSES:
            known = ", ".join(f'"{w}"' for w in WITNESSES)
            messages.append(f'`[fourfold].witnesses` names "{name}", which is none of {known}.')
        elif not has[name]:
            messages.append(f"`[fourfold].witnesses` requires {_LACKS[name]}")
    return tuple(messages)


_LACKS = {
    RECHECK: (
        "a re-check, and this verdict, or what it rests on, has none. Take `recheck=False` out of "
        'its BUILD file, or "re-check" out of the option.'
    ),
    INDEPENDENT: (
        "an independent check, and this prover has none, or it was not run on all that the verdict "
        'rests on. Take "independent" out of the option to go without.'
    ),
}
