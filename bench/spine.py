"""How much two provers' backends repeat, and how long their functions are.

    python3 bench/spine.py                      # of the tree as it is
    python3 bench/spine.py --at <commit>        # of an older one

Equal lines: those of one backend that stand in another, in the same order, in runs of three or
more, with each prover's names replaced by one word; in percent of the smaller backend. Blank lines
do not count. What runs inside sandboxes is a prover's own and is counted apart; tests are left out.
"""

from __future__ import annotations

import argparse
import ast
import io
import itertools
import re
import statistics
import subprocess
import tarfile
from pathlib import Path
from typing import Iterable, Mapping

PROVERS = ("agda", "coq", "isabelle", "lean")
BACKENDS = "src/python/fourfold/backend"
RUN = 3
# What a prover calls its library, its module and its session: one word for all.
_NAMES = re.compile("agda|coq|isabelle|lean|theory|library|session", re.IGNORECASE)


def sources(files: Mapping[str, str], prover: str, inside: bool) -> dict[str, str]:
    """Path -> text of a backend's Python files: those that run `inside` sandboxes, or the rest."""
    start = f"{BACKENDS}/{prover}/"
    return {
        path: text
        for path, text in sorted(files.items())
        if path.startswith(start)
        and path.endswith(".py")
        and not path.endswith("_test.py")
        and path.startswith(f"{start}sandbox/") == inside
    }


def normalised(texts: Iterable[str]) -> list[list[str]]:
    """The lines of each file, without blank ones."""
    return [
        [_NAMES.sub("X", line.strip()) for line in text.splitlines() if line.strip()]
        for text in texts
    ]


def equal_lines(ones: list[list[str]], others: list[list[str]]) -> int:
    """Lines of `ones` that are part of a run which some file of `others` has as well."""
    runs = {tuple(lines[n : n + RUN]) for lines in others for n in range(len(lines) - RUN + 1)}
    count = 0
    for lines in ones:
        covered = {
            n + k
            for n in range(len(lines) - RUN + 1)
            if tuple(lines[n : n + RUN]) in runs
            for k in range(RUN)
        }
        count += len(covered)
    return count


def share(ones: list[list[str]], others: list[list[str]]) -> float:
    """Equal lines in percent of the smaller backend."""
    smaller, larger = sorted((ones, others), key=lambda b: sum(map(len, b)))
    total = sum(map(len, smaller))
    return 100 * equal_lines(smaller, larger) / total if total else 0.0


def function_lengths(texts: Iterable[str]) -> list[int]:
    return [
        node.end_lineno - node.lineno + 1  # type: ignore[operator]
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def files_at(repository: Path, commit: str) -> dict[str, str]:
    command = ["git", "-C", str(repository), "archive", commit, BACKENDS]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [m for m in tar.getmembers() if m.isfile() and m.name.endswith(".py")]
        return {m.name: tar.extractfile(m).read().decode() for m in members}  # type: ignore


def files_now(repository: Path) -> dict[str, str]:
    found = (repository / BACKENDS).rglob("*.py")
    return {str(p.relative_to(repository)): p.read_text() for p in found}


def tables(files: Mapping[str, str]) -> str:
    own = {p: sources(files, p, inside=False) for p in PROVERS}
    rows = ["| backend | files | lines | in its sandbox | median function | longest |"]
    rows.append("| --- | --- | --- | --- | --- | --- |")
    for prover, texts in own.items():
        lines = sum(len(t.splitlines()) for t in texts.values())
        inside = sum(len(t.splitlines()) for t in sources(files, prover, inside=True).values())
        lengths = function_lengths(texts.values())
        rows.append(
            f"| {prover} | {len([t for t in texts.values() if t])} | {lines} | {inside} "
            f"| {statistics.median(lengths):.0f} | {max(lengths)} |"
        )
    rows += ["", "| two backends | equal lines, % of the smaller |", "| --- | --- |"]
    lines_of = {prover: normalised(texts.values()) for prover, texts in own.items()}
    for one, other in itertools.combinations(PROVERS, 2):
        rows.append(f"| {one}, {other} | {share(lines_of[one], lines_of[other]):.0f} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--at", metavar="COMMIT")
    given = parser.parse_args()
    repository = Path(__file__).resolve().parents[1]
    print(tables(files_at(repository, given.at) if given.at else files_now(repository)))


if __name__ == "__main__":
    main()
