"""What Fourfold costs on large repositories, beside make, dune and agda on the same files.

Generates a repository of theories (or gradient checks) of the shapes and sizes asked for, with no
cached result, and measures, in this order: a cold build, a second run, a proof edit in a leaf, a
proof edit in the root; then a second run without the daemon. `check` compiles, as the others do;
`--test` adds `./pants test` (compile, audit, re-check) on the same files. For gradient checks the
goal is always `test`, and there is nothing to compare with.

How. All run the same Coq or Agda, from the archives that the shipped locks name:
Pants unpacks them for itself, for the others they are unpacked here. dune and the OCaml compiler,
without which it does not start, are the packages of the suite that the lock names, verified by the
hashes of its package index. make and dune may run `--jobs` processes at once, as may Pants; agda
checks everything in one process. Each file has a mark of its own, so that the store of Pants, which
is kept in `--folder`, has no result of it. The daemon runs before the cold build, on a theory of
one file that also unpacks the toolchain. Processes of make and dune are counted by the scripts that
start coqc; those of Pants by its own counter. Seconds are wall time, and in parentheses CPU time of
the tool and all below it, from a control group of their own: on a machine that others use, it says
more. `daemon` is the peak of the daemon's resident memory since it started, and `others` the peak
of all else that `./pants` runs. `no daemon` includes the start of Pants; the line after the table
says how much the cold build added to the store. A module with `--cost 25` takes about a second: a
proof by computation of 2^25 steps. The shapes are those of generated.py.

Run:  python3 bench/scale.py --folder /tmp/scale --prover coq --shape chain tree --modules 100 500
It needs `make`, and downloads about 100 MB for each side. The load of the machine is printed with
each row: a time means something on an idle machine only.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cold_start
import generated
from scale_tools import CPU, MIB, Make, OneAgda, Ran, Tools, timed

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/acceptance"))

import numerics_workspace  # noqa: E402
import workspace  # noqa: E402

CONFIG = workspace._CONFIG.replace('["fourfold.backend.coq"]', '["fourfold.backend.{}"]')
FOLDERS = {"coq": "generated", "agda": "generated", "numerics": "src/python/generated"}
BUILD = {
    "coq": f'coq_theory(logical_name="{generated.LIBRARY}")\n',
    "agda": "agda_library(sources=['Generated/*.agda'])\n",
    "numerics": 'python_sources()\nfd_checks(name="fd")\n',
}
COLUMNS = ("modules", "what", "make", "dune or agda", "pants", "to make", "to dune or agda",
           "processes", "daemon, MiB", "others, MiB", "load")


class Pants:
    """A repository of its own, with the plugins of this one."""

    def __init__(self, kind: str, folder: Path, store: Path, jobs: int) -> None:
        self.kind, self.folder = kind, folder
        self.library = folder / FOLDERS[kind]
        self.env = workspace.user_environment()
        self.options = [
            "--no-dynamic-ui", "--stats-log", f"--local-store-dir={store}",
            f"--process-execution-local-parallelism={jobs}",
        ]
        shutil.rmtree(folder, ignore_errors=True)
        if kind == "numerics":
            numerics_workspace.numerics_workspace(folder, {})
        else:
            workspace.Workspace(folder, {"pants.toml": CONFIG.format(kind)})

    def warm_up(self) -> None:
        """Starts the daemon, and runs the tools once, on a target of one file."""
        warm = self.folder / (FOLDERS[self.kind] + "_warm")
        write(self.kind, warm, "chain", 1, secrets.token_hex(8), 0)
        build = BUILD[self.kind].replace(generated.LIBRARY + '"', 'Warm"')
        (warm / "BUILD").write_text(build)
        self.run(f"{warm.relative_to(self.folder)}:", goal=self.goal)
        shutil.rmtree(warm)

    @property
    def goal(self) -> str:
        return "test" if self.kind == "numerics" else "check"

    @property
    def daemons(self) -> list[int]:
        texts = (p.read_text() for p in self.folder.glob(".pids/*/pantsd/pid"))
        return [int(text) for text in texts if text.isdigit()]

    def run(self, target: str = "", *, goal: str, daemon: bool = True) -> Ran:
        ran, printed = timed(
            ["./pants", *self.options, "--pantsd" if daemon else "--no-pantsd", goal,
             target or f"{FOLDERS[self.kind]}::"],
            self.folder, self.env, *self.daemons,
        )
        counts = [line.split()[-1] for line in printed.splitlines()
                  if line.strip().startswith("local_execution_requests:")]
        ran.processes = int(counts[-1])
        return ran

    @property
    def daemon_peak(self) -> int:
        for pid in self.daemons:
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024
        return 0

    def stop(self) -> None:
        for pid in self.daemons:
            try:
                os.kill(pid, signal.SIGTERM)
                for _ in range(100):
                    os.kill(pid, 0)
                    time.sleep(0.1)
            except ProcessLookupError:
                pass


def write(kind: str, folder: Path, shape: str, count: int, mark: str, cost: int) -> list[str]:
    if kind == "coq":
        names = generated.write_coq(folder, shape, count, mark, cost)
    elif kind == "agda":
        names = generated.write_agda(folder, shape, count, mark, cost)
    else:
        names = generated.write_checks(folder, count, mark)
    return names


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def seconds(ran: Ran | None) -> str:
    if ran is None:
        return ""
    return f"{ran.wall:.2f}" + ("" if ran.cpu is None else f" ({ran.cpu:.2f})")


def ratio(pants: Ran, other: Ran | None) -> str:
    if other is None:
        return ""
    cpu = "" if pants.cpu is None or other.cpu is None else f" ({pants.cpu / other.cpu:.2f})"
    return f"{pants.wall / other.wall:.2f}{cpu}"


def report(modules: str, what: str, others: list[Ran], pants: Ran, daemon: int) -> None:
    """One line of the table; `others` are make and dune, or agda, or none."""
    make, other = others if len(others) == 2 else [None, *others] if others else [None, None]
    ran = [r.processes for r in (make, other, pants) if r is not None]
    row(
        modules, what, seconds(make), seconds(other), seconds(pants),
        ratio(pants, make), ratio(pants, other),
        ", ".join(map(str, ran)), daemon or "", pants.memory, f"{os.getloadavg()[0]:.1f}",
    )


@dataclass
class Case:
    kind: str
    shape: str
    count: int
    cost: int

    @property
    def name(self) -> str:
        shape = "" if self.kind == "numerics" else f" {self.shape}"
        return f"{self.kind}{shape} {self.count}" + (f", cost {self.cost}" if self.cost else "")


def measure(case: Case, args: argparse.Namespace, tools: Tools) -> None:
    folder, mark = args.folder / "case", secrets.token_hex(8)
    shutil.rmtree(folder, ignore_errors=True)
    others = tools.others(case.kind, folder, args.jobs) if args.others else []
    pants = Pants(case.kind, folder / "pants", args.folder / "store", args.jobs)
    try:
        pants.warm_up()
        libraries = [*(other.folder for other in others), pants.library]
        for library in libraries:
            names = write(case.kind, library, case.shape, case.count, mark, case.cost)
        for other in others:
            other.prepare(names)
        (pants.library / "BUILD").write_text(BUILD[case.kind])
        before = cold_start.disk(args.folder / "store")
        step(case, "cold", others, pants, pants.goal)
        store = (cold_start.disk(args.folder / "store") - before) / MIB
        step(case, "second run", others, pants, pants.goal, times=3)
        for what, name in (("proof in a leaf", names[-1]), ("proof in the root", names[0])):
            for library in libraries:
                generated.edit_proof(library / name)
            step(case, what, others, pants, pants.goal)
        if args.test and case.kind != "numerics":
            step(case, "test: audit and re-check", [], pants, "test")
            step(case, "test: second run", [], pants, "test", times=3)
        alone = pants.run(goal=pants.goal, daemon=False)
        report(case.name, "second run, no daemon", [], alone, 0)
        print(f"{case.name}: the cold build added {store:.1f} MiB to the store", flush=True)
    finally:
        pants.stop()


def step(
    case: Case, what: str, others: list[Make | OneAgda], pants: Pants, goal: str, times: int = 1
) -> None:
    """Runs all of them `times` times; the fastest run of each counts."""
    ran = [min((tool.run() for _ in range(times)), key=lambda r: r.wall) for tool in others]
    own = min((pants.run(goal=goal) for _ in range(times)), key=lambda r: r.wall)
    report(case.name, what, ran, own, pants.daemon_peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="for all that is written")
    parser.add_argument("--prover", nargs="+", default=["coq"], choices=list(FOLDERS))
    parser.add_argument("--shape", nargs="+", default=["chain"], choices=generated.SHAPES)
    parser.add_argument("--modules", nargs="+", type=int, default=[100])
    parser.add_argument("--cost", type=int, default=0, help="2 to its power steps of computation")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-others", dest="others", action="store_false", help="Pants alone")
    parser.add_argument("--test", action="store_true", help="measure `test` as well")
    args = parser.parse_args()
    args.folder = args.folder.resolve()
    args.folder.mkdir(parents=True, exist_ok=True)
    tools = Tools(args.folder)
    row(*COLUMNS)
    row(*["---"] * len(COLUMNS))
    try:
        for kind in args.prover:
            for shape in args.shape if kind != "numerics" else args.shape[:1]:
                for count in args.modules:
                    measure(Case(kind, shape, count, args.cost), args, tools)
    finally:
        CPU.close()


if __name__ == "__main__":
    main()
