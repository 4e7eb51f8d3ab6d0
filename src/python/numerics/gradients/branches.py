"""Which comparisons of data a formula makes, and which way they come out on the draws.

A formula with a branch is checked on the sides that its draws reach. The inputs are passed as
arrays that note, for each comparison in the source (also inside maximum, minimum, clip, abs and
sign), whether it came out true, and whether false. Comparisons of plain Python numbers, and of
arrays that `np.asarray` made, are not seen.
"""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from numerics.gradients.check import Check
from numerics.gradients.finite_differences import Values

_ORDER = (np.greater, np.less, np.greater_equal, np.less_equal)
# Without a comparison in the source, what is compared.
_KINKED: dict[np.ufunc, Callable[..., list[np.ndarray]]] = {
    np.maximum: lambda a, b: [a > b],
    np.minimum: lambda a, b: [a < b],
    np.fmax: lambda a, b: [a > b],
    np.fmin: lambda a, b: [a < b],
    np.absolute: lambda a: [a > 0],
    np.fabs: lambda a: [a > 0],
    np.sign: lambda a: [a > 0],
    np.heaviside: lambda a, _: [a > 0],
    np._core.umath.clip: lambda a, low, high: [a > low, a < high],
}
_NUMPY = os.path.dirname(np.__file__)

_seen: dict[tuple[str, int, int, int], _Decision] = {}


@dataclass
class _Decision:
    """One comparison in a source, and how it came out. `kink` counts those inside one function of
    NumPy, from 1; it is 0 for a comparison that the source has as such.
    """

    text: str
    where: str
    kink: int
    outcomes: set[bool] = field(default_factory=set)


class Watched(np.ndarray):
    """An array whose comparisons are noted, and those of all that NumPy computes from it."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **more):
        plain = [_plain(each) for each in inputs]
        if out is not None:
            more["out"] = tuple(_plain(each) for each in out)
        result = getattr(ufunc, method)(*plain, **more)
        if method == "__call__":
            _note(ufunc, plain, result)
        if out is not None and len(out) == 1:
            return out[0]
        return _watched(result)

    def __array_function__(self, func, types, args, kwargs):
        return _watched(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, key):
        return _watched(super().__getitem__(key))


def decisions(check: Check, values: Values, cotangents: np.ndarray) -> list[list[Any]]:
    """What the function and the claim compare at one draw: text, place, and both outcomes.

    A formula that refuses watched arrays tells nothing.
    """
    _seen.clear()
    calls = [(check.function, ())]
    if check.jacobian is not None:
        calls.append((check.jacobian, ()))
    else:
        calls += [(check.vjp, (cotangent,)) for cotangent in cotangents]
    for function, more in calls:
        try:
            function(*(np.array(each).view(Watched) for each in (*values, *more)))
        except Exception:  # plain arrays are what must work
            continue
    return [
        [d.text, d.where, d.kink, True in d.outcomes, False in d.outcomes] for d in _seen.values()
    ]


def unreached(check: Check, found: list[list[Any]]) -> list[str]:
    """Failures: the comparisons that come out one way on every draw."""
    sides: dict[tuple[str, str, int], set[bool]] = {}
    for text, where, kink, true, false in found:
        sides.setdefault((text, where, kink), set()).update(({True} if true else set()))
        sides[text, where, kink].update({False} if false else set())
    one_sided = {place: only for place, (only, *more) in sides.items() if not more}
    failures = [
        f"{_side(text, kink, only)} ({where}): the mutant in which that is always so survives for "
        "want of inputs; draw both sides, or say in `one_sided` of the check why there is one"
        for (text, where, kink), only in one_sided.items()
        if not check.one_sided.get(text, "").strip()
    ]
    texts = {text for text, *_ in one_sided}
    return failures + [
        f"one_sided names `{text}`, but no such comparison comes out one way only; leave it out"
        for text in check.one_sided
        if text not in texts
    ]


def _side(text: str, kink: int, only: bool) -> str:
    if kink:
        return f"every draw is on one side of {'a' if kink > 1 else 'the'} kink of `{text}`"
    return f"no draw makes `{text}` {'false' if only else 'true'}"


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Watched) else value


def _watched(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_watched(each) for each in value)
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fcib":
        return np.asarray(value).view(Watched)
    return value


def _note(ufunc: np.ufunc, plain: list[Any], result: Any) -> None:
    if ufunc in _ORDER:
        outcomes = [(0, np.asarray(result))]
    elif ufunc in _KINKED and not any(np.iscomplexobj(each) for each in plain):
        outcomes = list(enumerate(_KINKED[ufunc](*plain), start=1))
    else:
        return
    frame = sys._getframe(2)
    while frame.f_back and (
        frame.f_code.co_filename == __file__ or frame.f_code.co_filename.startswith(_NUMPY)
    ):
        frame = frame.f_back
    for kink, outcome in outcomes:
        place = (frame.f_code.co_filename, frame.f_code.co_firstlineno, frame.f_lasti, kink)
        if place not in _seen:
            _seen[place] = _decision(frame, kink)
        _seen[place].outcomes.update(bool(each) for each in np.unique(outcome))


def _decision(frame: FrameType, kink: int) -> _Decision:
    line, last, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    text = linecache.getline(frame.f_code.co_filename, line or 0)
    if line == last and start is not None and end is not None:
        text = text.encode()[start:end].decode(errors="replace")  # columns count bytes
    where = f"{frame.f_code.co_name} in {frame.f_globals.get('__name__')}, line {line}"
    return _Decision(text.strip() or f"comparison {frame.f_lasti}", where, kink)
