"""What an edit runs again: the processes really executed, by kind, for typical edits.

How. The repository is cloned at HEAD into a temporary folder. `./pants test` runs there until it
executes nothing more. Then each edit below is made by itself, `./pants test` runs again without
the daemon, the executed processes are read from its log, and the edit is undone. A process that a
cache has is not executed. Times are wall seconds, start-up of Pants included.

Run:  python3 bench/affected.py [--specs src/coq/Algebra:: traces::]
On two cores it takes about twenty minutes over everything, most of it the statement change. Edits
whose file no spec selects still run, and show that nothing else does.
"""

from __future__ import annotations

import argparse
import collections
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pants_log

ROOT = Path(__file__).resolve().parent.parent
# Questions about the machine, which each session asks anew.
MACHINE = ("Try bubblewrap", "Ask apt", "Find interpreter", "Searching for", "Test binary",
           "Look for")
KINDS = (
    ("Compile ", "compile"),
    ("Audit ", "audit"),
    ("Re-check ", "re-check"),
    ("Compare a training step", "oracle"),
    ("Compare ", "finite differences"),
    ("Record ", "trace"),
    ("Find the rules", "rules of nets"),
    ("Run Pytest", "pytest"),
)


@dataclass(frozen=True)
class Edit:
    """`old` is the first such text in `path`; it becomes `new`."""

    name: str
    path: str
    old: str
    new: str


EDITS = (
    Edit("comment in a root theory", "src/coq/Algebra/rings.v", "(*", "(* A remark. *)\n\n(*"),
    Edit(
        "proof body in a root theory",
        "src/coq/Algebra/rings.v",
        "Proof.",
        "Proof.\n  assert (remark : True) by exact I; clear remark.",
    ),
    Edit(
        "new lemma at the end of a root theory",
        "src/coq/Algebra/rings.v",
        "",
        "\nLemma added_for_the_benchmark : True.\nProof. exact I. Qed.\n",
    ),
    Edit(
        "statement change in a root theory",
        "src/coq/Algebra/rings.v",
        "Lemma ",
        "Lemma inserted_for_the_benchmark : 1 = 1.\nProof. reflexivity. Qed.\n\nLemma ",
    ),
    Edit("comment in a leaf", "src/coq/Algebra/network.v", "(*", "(* A remark. *)\n\n(*"),
    Edit(
        "one backward rule (hard swish)",
        "src/python/numerics/stablehlo/rules/hard_sigmoid.py",
        "1 / 6",
        "1.0 / 6.0",
    ),
    Edit("one NetSpec", "traces/nets/oracle/dense.yaml", "name: dense", "name: dense-edited"),
    Edit("one tolerance", "traces/BUILD", '"max_abs_step2": 2e-5', '"max_abs_step2": 3e-5'),
    Edit("README.md", "README.md", "\n", "\n\n"),
)


def kind(description: str) -> str:
    return next((name for start, name in KINDS if description.startswith(start)), "other")


def apply(edit: Edit, clone: Path) -> None:
    path = clone / edit.path
    text = path.read_text()
    if edit.old not in text:
        sys.exit(f"{edit.path} has no {edit.old!r}: change the edit {edit.name!r} in {__file__}")
    if edit.old:
        path.write_text(text.replace(edit.old, edit.new, 1))
    else:
        path.write_text(text + edit.new)


def test(clone: Path, specs: list[str]) -> tuple[list[str], float]:
    """Descriptions of the processes that ran, and the wall time."""
    started = time.monotonic()
    done = subprocess.run(
        ["./pants", "--no-pantsd", "-ldebug", "--no-dynamic-ui", "test", *specs],
        cwd=clone, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )
    ran = [p.description for p in pants_log.parse(done.stdout).executed]
    return [d for d in ran if not d.startswith(MACHINE)], time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--specs", nargs="+", default=["::"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "repository"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        ran, _ = test(clone, options.specs)
        print(f"{len(ran)} processes to begin with", file=sys.stderr)
        ran, seconds = test(clone, options.specs)
        if ran:
            sys.exit(f"a second run still executes {sorted(set(ran))}")
        kinds = [*dict.fromkeys(name for _, name in KINDS), "other"]
        print("| edit | " + " | ".join(kinds) + " | s |")
        print("| --- |" + " --- |" * (len(kinds) + 1))
        print("| nothing | " + " | ".join("0" for _ in kinds) + f" | {seconds:.1f} |")
        for edit in EDITS:
            apply(edit, clone)
            ran, seconds = test(clone, options.specs)
            counts = collections.Counter(kind(d) for d in ran)
            row = " | ".join(str(counts[k]) for k in kinds)
            print(f"| {edit.name} | {row} | {seconds:.1f} |", flush=True)
            print(f"{edit.name}: {sorted(ran)}", file=sys.stderr)
            subprocess.run(["git", "checkout", "-q", "."], cwd=clone, check=True)


if __name__ == "__main__":
    main()
