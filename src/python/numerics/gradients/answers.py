"""What a run asks of a user's code, in three processes.

One evaluates functions and one claims: a claim that keeps state, writes into its arguments or
replaces NumPy's functions changes nothing that it is compared with. A third repeats some of the
calls of both, in another order: what depends on anything but its arguments answers differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.gradients.check import Check
from numerics.gradients.containment import (
    adopt_orphans,
    children,
    end_children,
    guard_memory,
)
from numerics.gradients.declarations import from_words
from numerics.gradients.drawing import generator
from numerics.gradients.finite_differences import (
    EvaluationError,
    Outputs,
    Values,
    refuse_non_finite,
)
from numerics.gradients.processes import Worker

REPEATED = 16  # calls of a check that are repeated
SAME = 2.0**-40  # of the largest entry; a sum may be taken in another order


@dataclass(frozen=True, eq=False)
class _Call:
    """One call to repeat, and what it gave."""

    what: str
    arrays: tuple[np.ndarray, ...]
    words: dict[str, Any]
    given: Values


class Answers:
    """Declares, draws, and evaluates the checks of `modules`; to be closed."""

    def __init__(self) -> None:
        guard_memory()
        adopt_orphans()
        self._before = children()
        self._function = Worker("functions")
        self._claim = Worker("claims")
        self._again = Worker("functions and claims a second time")
        self._calls: list[_Call] = []

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in (self._function, self._claim, self._again):
            worker.close()
        end_children(but=self._before)

    def declare(self, modules: Sequence[str]) -> list[Check]:
        """Raises ModuleError, and EvaluationError where a module is not always the same."""
        declared = [
            worker.ask(ask="declare", modules=list(modules)).words["checks"]
            for worker in (self._function, self._claim, self._again)
        ]
        if any(other != declared[0] for other in declared):
            raise EvaluationError(
                "the modules declare other checks when they are imported again; declare the "
                "same, whatever the process"
            )
        return [from_words(words) for words in declared[0]]

    def draw(self, check: Check, draw: int) -> tuple[Values, int]:
        """The inputs of one draw, and the attempts that they took. Raises DrawError."""
        answer = self._function.ask(ask="draw", check=check.name, draw=draw)
        shapes = [(item.shape, np.dtype(item.dtype)) for item in check.inputs]
        if [(value.shape, value.dtype) for value in answer.arrays] != shapes:
            raise EvaluationError("the inputs drawn are not as declared")
        return answer.arrays, answer.words["attempts"]

    def outputs(self, check: Check, values: Values, dtype: type) -> Outputs:
        """The function as `finite_differences` takes it."""
        return lambda position, points: self._outputs(check, values, position, points, dtype)

    def output(self, check: Check, values: Values) -> np.ndarray:
        """The function at one draw."""
        return self._outputs(check, values, None, np.zeros((1, 0)), np.float64)[0]

    def _outputs(
        self, check: Check, values: Values, position: int | None, points: np.ndarray, dtype: type
    ) -> np.ndarray:
        words = dict(
            ask="outputs", check=check.name, position=position, dtype=np.dtype(dtype).name
        )
        (found,) = self._function.ask(*values, points, **words).arrays
        if found.dtype != np.dtype(dtype) or len(found) != len(points):
            raise EvaluationError(f"the function gave {len(found)} outputs of {found.dtype}")
        refuse_non_finite(found, "the function's output")
        one = self._some(len(points))
        self._calls.append(
            _Call("the function", (*values, points[one]), words, (found[one],))
        )
        return found

    def gradients(self, check: Check, values: Values, cotangents: np.ndarray) -> Values:
        """The claim for each cotangent: one array per differentiated input, stacked."""
        words = dict(ask="gradients", check=check.name)
        found = self._claim.ask(*values, cotangents, **words).arrays
        shapes = [(len(cotangents), *values[k].shape) for k in check.differentiated]
        if [(each.shape, each.dtype) for each in found] != [(s, np.float64) for s in shapes]:
            raise EvaluationError("the claim gave arrays of other shapes than its inputs have")
        for position, each in zip(check.differentiated, found, strict=True):
            refuse_non_finite(each, f"the claim for input {check.inputs[position].name!r}")
        for _ in range(4):
            one = self._some(len(cotangents))
            given = tuple(each[one] for each in found)
            self._calls.append(_Call("the claim", (*values, cotangents[one]), words, given))
        return found

    def decisions(self, check: Check, values: Values, cotangents: np.ndarray) -> list[Any]:
        """The comparisons that the function, then the claim, made on the way."""
        return [
            decision
            for worker in (self._function, self._claim)
            for decision in worker.ask(
                *values, cotangents, ask="decisions", check=check.name
            ).words["decisions"]
        ]

    def repeat(self, check: Check) -> list[str]:
        """Forgets the calls made so far, and says which are not the same a second time."""
        calls, self._calls = self._calls, []
        order = generator(check.name, 0, "repeat").permutation(len(calls))[:REPEATED]
        failures = []
        for call in (calls[k] for k in order):
            again = self._again.ask(*call.arrays, **call.words).arrays
            failures += _differences(call, tuple(each[0] for each in again))
        return failures

    def _some(self, count: int) -> slice:
        """One of so many; which is a function of the calls made before."""
        at = (7 * len(self._calls)) % count
        return slice(at, at + 1)


def _differences(call: _Call, again: Values) -> list[str]:
    for first, second in zip(call.given, again, strict=True):
        size = np.abs(first).max(initial=0.0)
        if first[0].shape != second.shape or not np.all(np.abs(first[0] - second) <= SAME * size):
            return [
                f"{call.what} gives other numbers when it is called again in another process, "
                "with the same arguments; it may depend on nothing else"
            ]
    return []
