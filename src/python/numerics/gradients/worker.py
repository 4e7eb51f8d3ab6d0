"""The process in which a user's module runs: it is asked for numbers, and judges nothing.

Whatever the module does here (replace NumPy's functions, leave, print an answer of its own), what
it is compared with is computed, and compared, in another process. See `processes`.
"""

from __future__ import annotations

import importlib
import os
import re
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from numerics.gradients.branches import decisions
from numerics.gradients.check import Check
from numerics.gradients.claims import gradients_at, outputs_at
from numerics.gradients.declarations import as_words, type_errors
from numerics.gradients.drawing import DrawError, draw_inputs
from numerics.gradients.messages import Message, receive, send

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class ModuleError(Exception):
    """A module named on the command line does not offer checks that can be run."""


def serve(stream: BinaryIO) -> None:
    """Answer what is asked until nothing is. The first question names the modules."""
    checks: dict[str, Check] = {}
    while True:
        try:
            asked = receive(stream)
        except EOFError:
            return
        try:
            # NumPy's warnings would only repeat what the refusal of NaN and infinity says.
            with np.errstate(all="ignore"):
                answer = _ANSWERS[asked.words["ask"]](checks, asked)
        except (ModuleError, DrawError) as error:
            answer = Message({"problem": str(error), "kind": type(error).__name__})
        except BaseException as error:  # also SystemExit: no code of a user ends a run
            answer = Message({"problem": _told(error)})
        try:
            send(stream, answer)
        except (TypeError, ValueError) as error:  # it is no JSON; nothing was written
            send(stream, Message({"problem": _told(error)}))


def _told(error: BaseException) -> str:
    """The error, and where in the user's code."""
    own = os.path.dirname(__file__)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if os.path.dirname(frame.filename) != own and "site-packages" not in frame.filename
    ]
    said = f"{type(error).__name__}: {error}"
    if not frames:
        return said
    return f"{said} ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})"


def _declare(checks: dict[str, Check], asked: Message) -> Message:
    collected = _collect(asked.words["modules"])
    checks.update((check.name, check) for check in collected)
    return Message({"checks": [as_words(check) for check in collected]})


def _draw(checks: dict[str, Check], asked: Message) -> Message:
    values, attempts = draw_inputs(checks[asked.words["check"]], asked.words["draw"])
    return Message({"attempts": attempts}, values)


def _outputs(checks: dict[str, Check], asked: Message) -> Message:
    check, (*values, points) = checks[asked.words["check"]], asked.arrays
    dtype = {"float64": np.float64, "complex128": np.complex128}[asked.words["dtype"]]
    position = asked.words["position"]
    return Message({}, (outputs_at(check, tuple(values), position, points, dtype),))


def _gradients(checks: dict[str, Check], asked: Message) -> Message:
    check, (*values, cotangents) = checks[asked.words["check"]], asked.arrays
    return Message({}, gradients_at(check, tuple(values), cotangents.shape[1:], cotangents))


def _decisions(checks: dict[str, Check], asked: Message) -> Message:
    check, (*values, cotangents) = checks[asked.words["check"]], asked.arrays
    return Message({"decisions": decisions(check, tuple(values), cotangents)})


_ANSWERS: dict[str, Callable[[dict[str, Check], Message], Message]] = {
    "declare": _declare,
    "draw": _draw,
    "outputs": _outputs,
    "gradients": _gradients,
    "decisions": _decisions,
}


def _collect(modules: list[str]) -> list[Check]:
    """All checks of all modules. A name is also a seed and a file name: duplicates are refused."""
    checks: list[Check] = []
    origin: dict[str, str] = {}
    for module in modules:
        for check in _checks_of(module):
            if check.name in origin:
                raise ModuleError(
                    f"check {check.name!r} is declared in {origin[check.name]} and again in "
                    f"{module}; rename one"
                )
            origin[check.name] = module
            checks.append(check)
    return checks


def _checks_of(module: str) -> list[Check]:
    try:
        loaded: Any = importlib.import_module(module)
    except BaseException as error:  # whatever a user's module raises, the run reports it
        raise ModuleError(f"cannot import {module}: {type(error).__name__}: {error}") from error
    declared = getattr(loaded, "CHECKS", ())
    if isinstance(declared, Check):
        raise ModuleError(
            f"CHECKS of {module} is a Check; write a tuple of checks, `CHECKS = (check,)`"
        )
    checks = list(declared)
    if not checks:
        raise ModuleError(
            f"{module} declares no checks; list them in its module-level tuple CHECKS"
        )
    for item in checks:
        if not isinstance(item, Check):
            raise ModuleError(f"CHECKS of {module} holds a {type(item).__name__}, not a Check")
        if not (isinstance(item.name, str) and NAME_PATTERN.fullmatch(item.name)):
            raise ModuleError(
                f"{module}: check name {item.name!r} does not match {NAME_PATTERN.pattern}"
            )
        malformed = type_errors(item)
        if malformed:
            raise ModuleError(f"{module}: check {item.name!r}: {malformed[0]}")
    return checks
