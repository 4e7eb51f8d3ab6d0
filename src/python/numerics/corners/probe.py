"""Says whether a corner is available here, in one line of JSON.

    python -m numerics.corners.probe --corner iree-cuda

Exit status 0 and the environment that a trace would name; or 77 and what was looked for, what was
found, and how to get it. `--report` writes the same as findings.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from numerics.corners.corner import CornerUnavailable
from numerics.corners.make import make_corner
from numerics.corners.names import CORNERS
from numerics.findings import Findings


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="probe", description="Is a corner available here?")
    parser.add_argument("--corner", required=True, choices=CORNERS)
    parser.add_argument("--report", type=Path, help="write the findings, JSON, to this file")
    options = parser.parse_args(arguments)
    found = findings(options.corner)
    print(json.dumps(found.evidence, sort_keys=True))
    if options.report:
        found.write(options.report)
    return found.exit_status


def findings(corner: str) -> Findings:
    try:
        return Findings(1, [], asdict(make_corner(corner).environment()))
    except CornerUnavailable as error:
        said = f"{corner} needs {error.looked_for}; found {error.found}. {error.how_to_get}"
        return Findings(0, [said], why_not(error), lacking=True)


def why_not(error: CornerUnavailable) -> dict[str, str]:
    return {
        "looked_for": error.looked_for,
        "found": error.found,
        "how_to_get": error.how_to_get,
    }


if __name__ == "__main__":
    sys.exit(main())
