"""The bounds of a comparison, checked before anything is recorded for it."""

from __future__ import annotations

import math
from typing import Any, Collection, Iterator, Mapping

from fourfold.backend.traces.settings import group_of

DEFAULT = "default"
EXPLAIN = "explain"

# A difference above these is no agreement, whatever the reason: a loss begins near ln 10 = 2.3, and
# guessing is right in a tenth of ten classes. The comparer has the same ones.
LARGEST: Mapping[str, float] = {
    "step1": 1e-2,
    "step2": 1e-1,
    "early": 1e-1,
    "epoch_mean": 0.5,
    "accuracy": 0.1,
}


def bounds_problems(
    bounds: Mapping[str, Mapping[str, Any]], names: Collection[str]
) -> tuple[str, ...]:
    """One message for each fault. `names` are those of the traces that are compared."""
    problems = [
        f"`bounds` of {entry!r}: {said}"
        for entry, bound in bounds.items()
        for said in (*_names_nothing(entry, bound, names), *_faults(bound))
    ]
    if DEFAULT not in bounds:
        problems.append(f"`bounds` has no {DEFAULT!r}; give every bound in it")
    else:
        missing = [key for key in LARGEST if key not in bounds[DEFAULT]]
        if missing:
            problems.append(f"`bounds` of {DEFAULT!r} lacks {', '.join(missing)}; give every one")
    return tuple(problems)


def _names_nothing(
    entry: str, bound: Mapping[str, Any], names: Collection[str]
) -> Iterator[str]:
    pair = [part.strip() for part in entry.split(",")]
    if entry == DEFAULT:
        return
    if len(pair) == 1 and entry not in {group_of(name) for name in names}:
        yield f"no trace is of that group; there are {_listed(group_of(n) for n in names)}"
    if len(pair) > 1:
        if len(pair) != 2 or len(set(pair)) != 2 or not set(pair) <= set(names):
            yield f"it is not two of the traces {_listed(names)}"
        elif not isinstance(bound.get(EXPLAIN), str) or not bound[EXPLAIN].strip():
            yield f"a pair with bounds of its own needs an {EXPLAIN!r}"


def _listed(names: Any) -> str:
    return ", ".join(sorted(set(names))) or "(none)"


def _faults(bound: Mapping[str, Any]) -> Iterator[str]:
    for key, value in bound.items():
        if key == EXPLAIN:
            continue
        if key not in LARGEST:
            yield f"unknown bound {key!r}; bounds are {', '.join(LARGEST)}"
        elif key == "early":
            yield from _early_faults(value)
        else:
            yield from _size_faults(key, value)


def _early_faults(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping) or set(value) != {"steps", "max"}:
        yield "'early' must be {'steps': ..., 'max': ...}"
        return
    steps = value["steps"]
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        yield f"'early' has steps {steps!r}; it must be an integer, 1 or more"
    yield from _size_faults("early", value["max"])


def _size_faults(key: str, value: Any) -> Iterator[str]:
    largest = LARGEST[key]
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        yield f"{key!r} is {value!r}; it must be a finite number"
    elif not 0 <= value <= largest:
        yield (
            f"{key!r} is {value!r}; it must be from 0 to {largest:g}: a comparison that nothing "
            "can fail is none"
        )
