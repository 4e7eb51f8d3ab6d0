"""Prints, as JSON, which modules of rules each net needs.

    python -m numerics.stablehlo.rules.of_nets NET.yaml...

{"every": [modules], "needed": {path: [modules]}}. A net that cannot be read is left out: whoever
uses it says why.
"""

from __future__ import annotations

import json
import sys

from numerics.nets.load import load
from numerics.nets.spec import NetSpecError
from numerics.stablehlo.rules.needs import every_module, modules_for

PACKAGE = "numerics.stablehlo.rules"


def answer(paths: list[str]) -> dict[str, object]:
    needed = {}
    for path in paths:
        try:
            needed[path] = _full(modules_for(load(path).graph))
        except NetSpecError:
            continue
    return {"every": _full(every_module()), "needed": needed}


def _full(names: tuple[str, ...]) -> list[str]:
    return [f"{PACKAGE}.{name}" for name in names]


if __name__ == "__main__":
    print(json.dumps(answer(sys.argv[1:]), sort_keys=True))
