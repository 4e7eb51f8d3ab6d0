"""What a numeric witness tells the plugins: one form for all of them.

    {"schema": "fourfold.findings", "schema_version": 1,
     "verdict": "clean", "messages": [], "judged": 3, "notes": [],
     "formulas": [{"name": "relu", "theorems": [{"theorem": "coq:Fourfold.VJP.relu.t",
                                                 "of": "Fourfold.VJP.relu.relu", "beyond": ""}]}],
     "evidence": {...}}

`messages` say what is wrong, or what this machine lacks; there are none if the verdict is clean.
`judged` counts what was looked at: of nothing, nothing is clean. `notes` are words for the summary,
`formulas` what stands beside theorems, and `evidence` is whatever was measured. The exit status
agrees with the verdict: 0 clean, 1 hard-error, 77 not-available.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.citation import citations_json

SCHEMA = "fourfold.findings"
SCHEMA_VERSION = 1
NOT_AVAILABLE = 77

_EXIT_STATUS = {"clean": 0, "hard-error": 1, "not-available": NOT_AVAILABLE}


@dataclass(frozen=True)
class Formula:
    """`theorems` are citations, as they are declared."""

    name: str
    theorems: Sequence[object]


@dataclass(frozen=True)
class Findings:
    """`messages` is empty where all is well; `lacking` says that they are about this machine."""

    judged: int
    messages: Sequence[str]
    evidence: Mapping[str, Any]
    formulas: Sequence[Formula] = ()
    notes: Sequence[str] = ()
    lacking: bool = False

    @property
    def verdict(self) -> str:
        if self.lacking:
            return "not-available"
        return "hard-error" if self.said else "clean"

    @property
    def said(self) -> list[str]:
        """The messages; there is one if nothing was judged."""
        if self.messages or self.judged > 0:
            return list(self.messages)
        return ["nothing was judged, so that nothing is known"]

    @property
    def exit_status(self) -> int:
        return _EXIT_STATUS[self.verdict]

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "messages": self.said,
            "judged": self.judged,
            "notes": list(self.notes),
            "formulas": [
                {"name": formula.name, "theorems": citations_json(formula.theorems)}
                for formula in self.formulas
            ],
            "evidence": dict(self.evidence),
        }

    def write(self, path: Path) -> None:
        """A new file: code that was judged may have left a link or a pipe in its place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_json(), indent=1, allow_nan=False)
        path.unlink(missing_ok=True)
        with path.open("x") as file:
            file.write(text + "\n")
