"""What compiling with Fourfold costs over `make`, on a library that others wrote.

Measures, on Coquelicot as its Debian package ships it (24 files, 41,000 lines): wall time, CPU
time and processes run of `./pants check` and of `make` with coq_makefile, for a cold compile, a
second run, and an edit of the file that all others import (a comment; a proof).

How. Both run the same Coq: the archives that the lock of coq-8.20 names (its base
group and `ssreflect`). Pants unpacks them for itself; for `make` they are unpacked here, whole,
because coq_makefile and coqdep are not among what Pants keeps. The sources come from the archive of
`libcoq-coquelicot`, whose compiled files neither side can see. `make` is given `-noglob`, as Pants
gives it. Both may run `--jobs` processes at once. Each repetition of the cold compile starts with
no compiled file: `make` in a new folder, Pants with a time limit that no run had before, since the
limit is part of the cache key. The two alternate, and the fastest repetition of each counts.
`goal` is the time between the start and the end of the goal in Pants' own log: what is left of the
wall time when its start-up is taken away. CPU time is that of the whole machine meanwhile, because
a process under bubblewrap is in no other's account: it means something on an idle machine only.
Processes of `make` are counted by the script that starts coqc with the toolchain's own loader;
those of Pants from its log. That script gives each coqc a session of its own, as bubblewrap does:
Linux divides a busy processor among sessions first, and one session for all of `make` would get
less of a machine that others use too.

Run:  python3 bench/overhead.py --folder /tmp/overhead
It downloads about 160 MB for each side, and needs `make`, 3 GB of disk and, on two cores, about
ten minutes on an idle machine. `--files N` takes the first N files in dependency order.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable

import pants_log

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "src/python/fourfold/toolchains/shipped/coq-8.20.lock"
GROUPS = ("base", "ssreflect", "coquelicot")
LIBRARY = "Coquelicot"
EDITED = "Rcomplements.v"  # all other files import it
UNPACK = ROOT / "src/python/fourfold/toolchains/scripts/unpack_deb.py"
LIBRARIES = "usr/lib/x86_64-linux-gnu"


# The toolchain and the sources.


@functools.cache
def mirrors() -> list[str]:
    """The archive roots that apt is configured with."""
    printed = subprocess.run(
        ["apt-get", "--print-uris", "update"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return list(dict.fromkeys(re.findall(r"^'([a-z]+:[^']*?/)dists/", printed, re.MULTILINE)))


def download(
    folder: Path, lock: Path = LOCK, groups: tuple[str, ...] = GROUPS
) -> list[tuple[str, Path]]:
    """(group, file) of each archive of these groups of the lock, verified by hash."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for line in lock.read_text().splitlines():
        if line.startswith("#"):
            continue
        group, _, _, path, _, sha256 = (cell.strip() for cell in line.split("|"))
        if group not in groups:
            continue
        target = folder / path.rsplit("/", 1)[1]
        for root in [] if target.exists() else mirrors():
            try:
                with urllib.request.urlopen(root + path) as response:
                    target.write_bytes(response.read())
                break
            except OSError:
                continue
        if not target.exists():
            sys.exit(f"{path} is on none of the mirrors of this machine: renew {lock}.")
        if hashlib.sha256(target.read_bytes()).hexdigest() != sha256:
            sys.exit(f"{target} does not have the sha256 that {lock} gives: remove it.")
        found.append((group, target))
    return found


def unpack_archive(archive: Path, target: Path) -> None:
    subprocess.run(
        [sys.executable, "-I", UNPACK, archive, target], cwd=target.parent, check=True
    )
    (target.parent / "local-only").unlink()  # by which Pants knows what not to upload


def unpack(archives: list[tuple[str, Path]], toolchain: Path, sources: Path) -> None:
    """The toolchain without Coquelicot, and the .v files of Coquelicot."""
    if toolchain.exists():
        return
    scratch = toolchain.with_suffix(".coquelicot")
    for group, archive in archives:
        unpack_archive(archive, scratch if group == "coquelicot" else toolchain)
    sources.mkdir()
    for file in scratch.glob(f"**/user-contrib/{LIBRARY}/*.v"):
        shutil.copy(file, sources)
    shutil.rmtree(scratch)


def coq_environment(toolchain: Path, folder: Path) -> dict[str, str]:
    """Puts scripts into `folder` that start Coq's programs with the toolchain's own loader."""
    (coqlib,) = toolchain.glob(f"{LIBRARIES}/ocaml/*/coq")
    findlib = coqlib.parent
    folder.mkdir(exist_ok=True)
    (folder / "findlib.conf").write_text(
        f'destdir="{findlib}"\npath="{findlib}"\nstdlib="{findlib}"\nldconf="ignore"\n'
    )
    write_scripts(toolchain, folder, ("coqc", "coqdep", "coq_makefile"))
    return {
        **os.environ, "COQBIN": f"{folder}/", "COQLIB": str(coqlib),
        "COQCORELIB": f"{findlib}/coq-core", "OCAMLFIND_CONF": f"{folder}/findlib.conf",
    }


def write_scripts(toolchain: Path, folder: Path, programs: Iterable[str]) -> None:
    """Each script notes its call in the file `calls`."""
    loader = f"{toolchain}/{LIBRARIES}/ld-linux-x86-64.so.2 --library-path {toolchain}/{LIBRARIES}"
    for program in programs:
        script = folder / program
        script.write_text(
            f'#!/bin/sh\necho "$0 $*" >>"{folder}/calls"\n'
            f'exec setsid --wait {loader} {toolchain}/usr/bin/{program} "$@"\n'
        )
        script.chmod(0o755)


def first_in_order(env: dict[str, str], sources: Path, count: int) -> list[str]:
    """The names of the first `count` files in dependency order."""
    printed = subprocess.run(
        [env["COQBIN"] + "coqdep", "-sort", "-R", ".", LIBRARY, *sorted(os.listdir(sources))],
        cwd=sources, env=env, stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    return [os.path.basename(name) for name in printed.split()][:count]


# The two sides.


@dataclass
class Run:
    """`goal` is the wall time of the goal alone (Pants), `processes` those that compile."""

    wall: float
    cpu: float
    processes: int
    goal: float = 0.0
    log: pants_log.PantsLog | None = None


def busy_seconds() -> float:
    """CPU seconds that the machine has spent: user, nice, system, irq and softirq."""
    ticks = [int(t) for t in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(ticks[i] for i in (0, 1, 2, 5, 6)) / os.sysconf("SC_CLK_TCK")


def timed(command: list[str], folder: Path, env: dict[str, str]) -> tuple[float, float, str]:
    """Wall seconds, CPU seconds of the machine, and what the command printed."""
    before, started = busy_seconds(), time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )
    wall, cpu = time.monotonic() - started, busy_seconds() - before
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{done.stdout[-4000:]}")
    return wall, cpu, done.stdout


class Make:
    def __init__(self, folder: Path, env: dict[str, str], jobs: int) -> None:
        self.folder, self.env, self.jobs = folder, env, jobs
        self.files = folder / "library"

    def clean(self, sources: Path, names: list[str]) -> None:
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        for name in names:
            shutil.copy(sources / name, self.files)
        timed(
            [self.env["COQBIN"] + "coq_makefile", "-arg", "-noglob", "-R", ".", LIBRARY,
             "-o", "CoqMakefile", *names],
            self.files, self.env,
        )

    def run(self) -> Run:
        calls = Path(self.env["COQBIN"]) / "calls"
        calls.write_text("")
        wall, cpu, _ = timed(
            ["make", "-s", "-f", "CoqMakefile", f"-j{self.jobs}"], self.files, self.env
        )
        # coq_makefile also asks coqc for its version and folders.
        compiles = [c for c in calls.read_text().splitlines() if "/coqc " in c and c.endswith(".v")]
        return Run(wall, cpu, len(compiles))


class Pants:
    def __init__(self, folder: Path, cache: Path, jobs: int) -> None:
        self.folder = folder
        self.files = folder / "library"
        self.env = {**os.environ, "HOME": str(cache), "XDG_CACHE_HOME": str(cache / ".cache")}
        self.jobs = jobs
        self.limit = int(time.time()) % 1_000_000 + 10_000

    def set_up(self, sources: Path, names: list[str]) -> None:
        """A project that holds the plugins, the library, and a trivial theory to warm up with."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(ROOT / "src/python/fourfold", self.folder / "src/python/fourfold")
        shutil.copytree(ROOT / "src/python/launcher", self.folder / "src/python/launcher")
        shutil.copytree(ROOT / "3rdparty", self.folder / "3rdparty")
        for name in ("pants", "pants.toml"):
            shutil.copy(ROOT / name, self.folder)
        self.files.mkdir()
        for name in names:
            shutil.copy(sources / name, self.files)
        warm = self.folder / "warm"
        warm.mkdir()
        (warm / "BUILD").write_text('coq_theory(logical_name="Warm", libraries=["ssreflect"])\n')
        (warm / "one.v").write_text("Definition one := 1.\n")
        self.clean()

    def clean(self) -> None:
        """Changes every key of the library's compiles, and nothing else."""
        self.limit += 1
        (self.files / "BUILD").write_text(
            f'coq_theory(logical_name="{LIBRARY}", libraries=["ssreflect"], timeout={self.limit})\n'
        )

    def run(self, target: str = "library::", *, daemon: bool = True) -> Run:
        wall, cpu, printed = timed(
            ["./pants", "-ldebug", "--no-dynamic-ui", "--pantsd" if daemon else "--no-pantsd",
             f"--process-execution-local-parallelism={self.jobs}", "check", target],
            self.folder, self.env,
        )
        log = pants_log.parse(printed)
        compiles = [e for e in log.executed if e.description.startswith("Compile ")]
        return Run(wall, cpu, len(compiles), log.goal[1] - log.goal[0], log)

    def stop(self) -> None:
        for pid in self.folder.glob(".pids/*/pantsd/pid"):
            try:
                os.kill(int(pid.read_text()), signal.SIGTERM)
            except ProcessLookupError:
                pass


# What is measured.


def edit(change: Callable[[str], str], *folders: Path) -> None:
    for folder in folders:
        path = folder / EDITED
        before = path.read_text()
        path.write_text(change(before))
        if path.read_text() == before:
            sys.exit(f"the edit did not change {path}")


def add_comment(text: str) -> str:
    return "(* A comment that shifts every line. *)\n" + text


def add_to_first_proof(text: str) -> str:
    return text.replace("Proof.", "Proof. pose proof I as added.", 1)


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def compare(what: str, make: Run, pants: Run) -> None:
    row(what, f"{make.wall:.2f}", f"{pants.wall:.2f}", f"{pants.wall / make.wall:.2f}",
        make.processes, pants.processes, f"{os.getloadavg()[0]:.1f}")


def breakdown(run: Run) -> None:
    assert run.log is not None
    compiles = [e for e in run.log.executed if e.description.startswith("Compile ")]
    print("\nOf the fastest cold `./pants check`, mean over its processes, in seconds:\n")
    row("step", "s")
    row("---", "---")
    row("wait for a slot", f"{statistics.mean(e.started - e.ready for e in compiles):.3f}")
    row("set up the sandbox", f"{statistics.mean(e.spawned - e.started for e in compiles):.3f}")
    row("run and store", f"{statistics.mean(e.ended - e.spawned for e in compiles):.3f}")
    busy = [("compile", e.started, e.ended) for e in compiles]
    idle = pants_log.shares(busy, *run.log.goal).get("", 0.0)
    print(f"\nNo compile was running for {idle:.2f} s of the goal's {run.goal:.2f} s.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="new folders are made in it")
    parser.add_argument("--archives", type=Path, help="keep downloaded archives here")
    parser.add_argument("--cache", type=Path, help="HOME of Pants; by default below --folder")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    toolchain, sources = folder / "toolchain", folder / "sources"
    unpack(download(args.archives or folder / "archives"), toolchain, sources)
    env = coq_environment(toolchain, folder / "bin")
    names = first_in_order(env, sources, args.files)
    make = Make(folder / "make", env, args.jobs)
    pants = Pants(folder / "pants", args.cache or folder / "cache", args.jobs)
    pants.set_up(sources, names)
    try:
        measure(make, pants, sources, names, args.repeat)
    finally:
        pants.stop()


def measure(make: Make, pants: Pants, sources: Path, names: list[str], repeat: int) -> None:
    pants.run("warm::")  # unpacks the toolchain and starts the daemon
    made, checked = [], []
    for _ in range(repeat):
        make.clean(sources, names)
        made.append(make.run())
        pants.clean()
        checked.append(pants.run())
        compare("repetition", made[-1], checked[-1])
    print()
    row("what", "make, s", "pants, s", "ratio", "coqc run by make", "by pants", "load")
    row(*["---"] * 7)
    best, fastest = min(made, key=lambda r: r.wall), min(checked, key=lambda r: r.wall)
    compare(f"cold compile, {len(names)} files", best, fastest)
    compare("second run", make.run(), pants.run())
    edit(add_comment, make.files, pants.files)
    compare(f"comment at the top of {EDITED}", make.run(), pants.run())
    edit(add_to_first_proof, make.files, pants.files)
    compare(f"proof edited in {EDITED}", make.run(), pants.run())
    idle = pants.run(daemon=False)
    pants.clean()
    alone = pants.run(daemon=False)
    compare("cold compile, no daemon", best, alone)
    compare("cold compile, no daemon, goal alone", best,
            Run(alone.goal, alone.cpu, alone.processes))
    ratio = fastest.cpu / best.cpu
    print(f"\nCPU time of the machine in the cold compile: make {best.cpu:.1f} s, Pants "
          f"{fastest.cpu:.1f} s (ratio {ratio:.2f}). A second run without a daemon: "
          f"{idle.wall:.1f} s, and {idle.cpu:.1f} s of CPU time, nearly all its start-up.")
    breakdown(fastest)


if __name__ == "__main__":
    main()
