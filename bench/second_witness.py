"""What Coq's independent check says of the libraries of a toolchain, and what it costs.

    python3 bench/second_witness.py COQ LIBRARY...

COQ is the folder of an unpacked toolchain that holds `theories` and `user-contrib`; a LIBRARY is
the first part of logical names, such as `Coq` or `mathcomp`. Each file is judged as `test` judges a
module of the repository. Printed is a row for each library, and then each refusal: in code that
was written in good faith, all are false alarms. The last column is CPU time, reading included.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FOURFOLD = Path(__file__).resolve().parent.parent / "src/python/fourfold"
sys.path[:0] = [
    str(FOURFOLD / "backend/coq/sandbox"),
    str(FOURFOLD / "second_witness/scripts"),
]

import vo_library  # noqa: E402
import vo_stub  # noqa: E402
import vo_witness  # noqa: E402

KINDS = ("fixpoints", "cofixpoints", "inductive types", "opaque proofs")
CLOSURE = 40  # files that share what they have read of others


def modules(coq: str, library: str) -> Iterator[str]:
    """Logical names of all compiled files of a library."""
    standard = library in ("Coq", "Corelib")
    base = f"{coq}/theories" if standard else f"{coq}/user-contrib/{library}"
    for folder, _, names in os.walk(base):
        inside = [p for p in os.path.relpath(folder, base).split(os.sep) if p != "."]
        for name in names:
            if name.endswith(".vo"):
                yield ".".join([library, *inside, name[:-3]])


def judged(coq: str, library: str) -> tuple[int, Counter[str], list[str], float]:
    """Files, declarations by kind, refusals in words, and seconds."""
    counts: Counter[str] = Counter()
    refused, begun, files = [], time.process_time(), 0
    for number, name in enumerate(sorted(modules(coq, library))):
        if number % CLOSURE == 0:
            closure = vo_library.closure("/nonexistent", coq)
        files += 1
        try:
            found = vo_witness.judge(closure, closure.library(name))
        except vo_stub.VoError as error:
            refused.append(f"{name}: not read: {error}")
            continue
        counts.update(found["judged"])
        refused += [f"{f['constant']}: {f['why']} ({f['rule']})" for f in found["findings"]]
    return files, counts, refused, time.process_time() - begun


def main(coq: str, libraries: list[str]) -> None:
    refusals = []
    print(f"| library | files | {' | '.join(KINDS)} | refused | CPU s |")
    print(f"| --- | {'--- | ' * (len(KINDS) + 3)}".rstrip())
    for library in libraries:
        files, counts, refused, seconds = judged(coq, library)
        numbers = [files, *(counts[kind] for kind in KINDS), len(refused)]
        print(f"| {library} | {' | '.join(map(str, numbers))} | {seconds:.0f} |", flush=True)
        refusals += refused
    print("\n".join(["", *refusals]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
