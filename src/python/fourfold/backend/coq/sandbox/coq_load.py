"""Whether the modules of a library can be loaded together, in one process.

Each can be clean by itself, and two that no third one imports contradict each other: the universe
constraints of one need what those of the other exclude.
"""

from __future__ import annotations

import os
from typing import Any

import confine

_FOLDER = "load"


def load(request: dict, coq: Any) -> dict:
    """Request keys: `modules`. `clash` names two of them that cannot be loaded together."""
    modules = request["modules"]
    done, count = _load(modules, request, coq)
    answer = done.answer()
    if answer["accepted"] or not done.repeatable or not 0 < count <= len(modules):
        return answer
    last = modules[count - 1]
    low, high = 0, count - 1  # with the first `high` before it, it fails; with `low`, it does not
    while high - low > 1:
        middle = (low + high) // 2
        tried, _ = _load([*modules[:middle], last], request, coq)
        if not tried.repeatable:
            break
        low, high = (middle, high) if tried.exit_code == 0 else (low, middle)
    return {**answer, "clash": [modules[high - 1], last] if high else [last]}


def check(request: dict, coq: Any) -> dict:
    """coqchk over all modules and all that they load; `admitted` are taken as they are."""
    admitted = [flag for m in request["admitted"] for flag in ("-admit", m)]
    args = ["-silent", "-o", *load_path(request), *admitted, *request["modules"]]
    return coq.run("checker", args, writable=[]).answer()


def load_path(request: dict) -> list[str]:
    """With `-Q`: a module has no name here but its full one."""
    flags = []
    for root in request["roots"]:
        if os.path.isdir(f"lib/{root}"):
            flags += ["-Q", f"lib/{root}", root]
    return flags


def _load(modules: list[str], request: dict, coq: Any) -> tuple[confine.Completed, int]:
    """How it ended, and the line at which: that of the module that could not be loaded."""
    os.makedirs(_FOLDER, exist_ok=True)
    with open(f"{_FOLDER}/all.v", "w", encoding="utf-8") as f:
        for module in modules:
            # What the one before may have left set.
            f.write(f'Set Warnings "-all". Unset Default Timeout. Require {module}.\n')
    args = ["-q", "-noglob", "-w", "none", *load_path(request), f"{_FOLDER}/all.v"]
    done = coq.run("compiler", args, writable=[_FOLDER])
    _, found, rest = done.output.partition(f'"./{_FOLDER}/all.v", line ')
    number = rest.split(",", 1)[0]
    return done, int(number) if found and number.isdigit() else 0
