"""Says whether a corner is available here, in one line of JSON.

    python -m numerics.traces.probe --corner iree-cuda

Exit status 0 and the environment that a trace would name; or 77 and what was looked for, what was
found, and how to get it.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from numerics.traces.corner import CornerUnavailable
from numerics.traces.corner_names import CORNERS
from numerics.traces.corners import make_corner

NOT_AVAILABLE = 77


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="probe", description="Is a corner available here?")
    parser.add_argument("--corner", required=True, choices=CORNERS)
    options = parser.parse_args(arguments)
    try:
        found = asdict(make_corner(options.corner).environment())
    except CornerUnavailable as error:
        print(json.dumps(why_not(error), sort_keys=True))
        return NOT_AVAILABLE
    print(json.dumps(found, sort_keys=True))
    return 0


def why_not(error: CornerUnavailable) -> dict[str, str]:
    return {
        "looked_for": error.looked_for,
        "found": error.found,
        "how_to_get": error.how_to_get,
    }


if __name__ == "__main__":
    sys.exit(main())
