"""What an edit runs again: the processes really executed, by kind, for typical edits.

How. The repository is cloned at HEAD into a temporary folder. `./pants test` runs there until it
executes nothing more. Then each edit below is made by itself, `./pants test` runs again without
the daemon, the executed processes are read from its log, and the edit is undone. A process that a
cache has is not executed; each edit has a random mark, so that no cache has its results from an
earlier run of this script. Times are wall seconds, start-up of Pants included.

Run:  python3 bench/affected.py [--specs src/coq/Algebra:: traces::] [--edits Algebra rule]
On two cores it takes half an hour over everything, most of it the changes of statements. Edits
whose file no spec selects still run, and show that nothing else does. On stderr it says which
processes ran.
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pants_log

ROOT = Path(__file__).resolve().parent.parent
# Questions about the machine, which each session asks anew.
MACHINE = (
    "Try bubblewrap",
    "Ask apt",
    "Find interpreter",
    "Searching for",
    "Test binary",
    "Look for",
)
KINDS = (
    ("Compile ", "compile"),
    ("Audit ", "audit"),
    ("Re-check ", "re-check"),
    ("Compare .* with finite differences$", "finite differences"),
    ("Compare a training step", "oracle"),
    ("Record ", "trace"),
    ("Compare ", "comparison of traces"),
    ("Find the rules", "rules of nets"),
    ("Run Pytest", "pytest"),
)


@dataclass(frozen=True)
class Edit:
    """The first `old` in `path` becomes `new`, and a `{mark}` there a word, `{digits}` a number.

    Where `old` is empty, `new` is added at the end.
    """

    name: str
    path: str
    old: str
    new: str


RINGS = "src/coq/Algebra/rings.v"
JACOBIAN = "src/coq/VJP/jacobian.v"
BASE = "src/agda/Fourfold/Base.agda"
RULES = "src/python/numerics/stablehlo/rules"
COQ_COMMENT = ("\n(*", "\n(* A remark: {mark}. *)\n\n(*")
COQ_LEMMA = "\n\nLemma added_{mark} : True.\nProof. exact I. Qed.\n"
EDITS = (
    Edit("comment in a root theory (`Fourfold.Algebra.rings`)", RINGS, *COQ_COMMENT),
    Edit(
        "proof body in a root theory (`Fourfold.Algebra.rings`)",
        RINGS,
        "Proof.",
        "Proof.\n  assert ({mark} : True) by exact I; clear {mark}.",
    ),
    Edit("new lemma at the end of a root theory (`Fourfold.Algebra.rings`)", RINGS, "", COQ_LEMMA),
    Edit(
        "statement change in a root theory (`Fourfold.Algebra.rings`)",
        RINGS,
        "integers_not_trivial : (1 : integers)%A <> 0%A.\nProof.",
        "integers_not_trivial (x : integers) : x = 1%A -> x <> 0%A.\n"
        "Proof. intros {mark}; rewrite {mark}.",
    ),
    Edit(
        "comment in a leaf (`Fourfold.Algebra.network`)", "src/coq/Algebra/network.v", *COQ_COMMENT
    ),
    Edit(
        "new lemma in a leaf (`Fourfold.Algebra.network`)",
        "src/coq/Algebra/network.v",
        "",
        COQ_LEMMA,
    ),
    Edit("comment in a root theory (`Fourfold.VJP.jacobian`)", JACOBIAN, *COQ_COMMENT),
    Edit(
        "proof body in a root theory (`Fourfold.VJP.jacobian`)",
        JACOBIAN,
        "Proof.",
        "Proof.\nassert ({mark} : True) by exact I; clear {mark}.",
    ),
    Edit(
        "the same, by a step that draws universes",
        JACOBIAN,
        "Proof.",
        "Proof.\nhave {mark} : True by exact: I.\nmove: {mark} => _.",
    ),
    Edit(
        "comment in a root module (`Fourfold.Base`)",
        BASE,
        "",
        "\n-- A remark: {mark}.\n",
    ),
    Edit(
        "proof body in a root module (`Fourfold.Base`)",
        BASE,
        "trans refl q = q",
        "trans refl {mark} = {mark}",
    ),
    Edit(
        "a backward rule (hard sigmoid and swish)",
        f"{RULES}/hard_sigmoid.py",
        "1 / 6",
        "1.0 / 6.0  # {mark}\n    ",
    ),
    Edit(
        "a backward rule (pooling)",
        f"{RULES}/pooling.py",
        "Each window's cotangent",
        "{mark}: each window's cotangent",
    ),
    Edit(
        "a NetSpec of an oracle",
        "traces/nets/oracle/dense.yaml",
        "name: dense",
        "# {mark}\nname: dense",
    ),
    Edit(
        "a NetSpec of traces (MLP)",
        "traces/nets/mnist_mlp.yaml",
        "name: mnist_mlp",
        "# {mark}\nname: mnist_mlp",
    ),
    Edit(
        "a tolerance of an oracle",
        "traces/BUILD",
        '"max_abs_step2": 2e-5',
        '"max_abs_step2": 2.{digits}e-5',
    ),
    Edit(
        "a tolerance of a comparison of traces",
        "traces/BUILD",
        '"step2": 1e-6',
        '"step2": 1.{digits}e-6',
    ),
    Edit(
        "a tolerance of finite differences",
        "src/python/numerics/gradients/checks/conv_blocks.py",
        "absolute=1e-7",
        "absolute=1.{digits}e-7",
    ),
    Edit("`README.md`", "README.md", "\n", "\n{mark}\n"),
)


def kind(description: str) -> str:
    return next((name for pattern, name in KINDS if re.match(pattern, description)), "other")


def apply(edit: Edit, clone: Path) -> None:
    path = clone / edit.path
    text = path.read_text()
    if edit.old not in text:
        sys.exit(f"{edit.path} has no {edit.old!r}: change the edit {edit.name!r} in {__file__}")
    new = edit.new.replace("{mark}", f"m{secrets.token_hex(6)}")
    new = new.replace("{digits}", str(secrets.randbelow(10**6)))
    path.write_text(text.replace(edit.old, new, 1) if edit.old else text + new)


def test(clone: Path, specs: list[str]) -> tuple[list[str], float]:
    """Descriptions of the processes that ran, and the wall time."""
    started = time.monotonic()
    done = subprocess.run(
        ["./pants", "--no-pantsd", "-ldebug", "--no-dynamic-ui", "test", *specs],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    seconds = time.monotonic() - started
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if "[DEBUG]" not in line]
        sys.exit("\n".join(["`./pants test` failed:", *said[-60:]]))
    ran = [p.description for p in pants_log.parse(done.stdout).executed]
    return [d for d in ran if not d.startswith(MACHINE)], seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--specs", nargs="+", default=["::"])
    parser.add_argument(
        "--edits",
        nargs="+",
        default=[""],
        metavar="TEXT",
        help="those whose names contain one of these",
    )
    options = parser.parse_args()
    kinds = [*dict.fromkeys(name for _, name in KINDS), "other"]
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "repository"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)

        def row(name: str) -> None:
            ran, seconds = test(clone, options.specs)
            counts = collections.Counter(kind(d) for d in ran)
            cells = [str(counts[k]) for k in kinds]
            cells += [f"{seconds:.0f}", f"{os.getloadavg()[0]:.1f}"]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
            print(f"{name}: {sorted(ran)}", file=sys.stderr, flush=True)

        ran, _ = test(clone, options.specs)
        print(f"{len(ran)} processes to begin with", file=sys.stderr)
        print("| edit | " + " | ".join([*kinds, "s", "load"]) + " |")
        print("| --- |" + " --- |" * (len(kinds) + 2))
        row("nothing")
        for edit in EDITS:
            if any(text in edit.name for text in options.edits):
                apply(edit, clone)
                row(edit.name)
                subprocess.run(["git", "checkout", "-q", "."], cwd=clone, check=True)


if __name__ == "__main__":
    main()
