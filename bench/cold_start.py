"""What the first `./pants test` costs on a fresh machine, and the second.

Measures, from a fresh clone of this repository with an empty home folder: wall time by stage,
bytes downloaded, disk and memory at their peak; then wall time and executed processes of a second
run, which finds all in the daemon, and of a third without a daemon, which finds all on disk.

How. The launcher is timed by a command that only sets up the environment. All later times are from
Pants' own debug log: each instant of a run is divided equally among the downloads and processes
then running, so that the stages add up to the wall time; "Pants itself" is the rest. Bytes: for
toolchains the sizes in the locks of the archives that the log says were downloaded; Python's
packages are not counted by anything that can be asked, so there is what the network interfaces
received meanwhile (of the whole machine, without loopback): during the launcher, packages only;
during the first run, archives and packages. Disk is what lies below --folder (clone, caches,
sandboxes; hard links once), looked at every ten seconds. Memory is the sum of the resident sets of
Pants, its daemon and all their descendants, every 0.2 s; pages that processes share count in each,
so it is an upper bound.

Run:  python3 bench/cold_start.py --folder /tmp/cold_start [--target ::]
It needs what `./pants` needs. `--worktree` takes the files as they are instead of the last commit.
Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pants_log

ROOT = Path(__file__).resolve().parent.parent
MIB = 1 << 20

# Stage, and how the descriptions of its processes begin.
STAGES = (
    ("toolchains: unpack", ("Unpack ", "Byte-compile ", "Ask apt ", "Try bubblewrap")),
    ("compile", ("Compile ",)),
    ("audit", ("Audit ", "Trace an axiom of ")),
    ("re-check", ("Re-check ",)),
    ("oracle", ("Compare a training step of ",)),
    ("gradient checks", ("Compare ",)),
    ("Python tests", ("Run Pytest ",)),
    ("Python packages", ("Building ", "Extracting ", "Find interpreter ", "Determine ",
                         "Installing ", "Searching ", "Test binary ")),
)


def stage_of(description: str) -> str:
    for stage, beginnings in STAGES:
        if description.startswith(beginnings):
            return stage
    return f"other: {description.split()[0]}"


# What is sampled while a command runs.


def descendants(roots: set[int]) -> dict[int, int]:
    """Resident bytes of each process in `roots` and of all below them."""
    parents, resident = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it ended meanwhile
            parents[int(entry)] = int(fields[1])
            resident[int(entry)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    found = {pid for pid in roots if pid in resident}
    size = -1
    while len(found) != size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return {pid: resident[pid] for pid in found}


def disk(folder: Path) -> int:
    """Bytes on disk below `folder`; files may come and go meanwhile."""
    command = ["du", "-s", "-B1", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return int(done.stdout.split()[0])


def received() -> int:
    """Bytes that all network interfaces but loopback have received since the machine started."""
    lines = [line.split(":") for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    return sum(int(counts.split()[0]) for name, counts in lines if name.strip() != "lo")


class Sampler(threading.Thread):
    """The peaks of memory and disk until `stop`."""

    def __init__(self, machine: Machine, child: int) -> None:
        super().__init__(daemon=True)
        self.machine, self.child = machine, child
        self.memory = self.disk = 0
        self.ended = threading.Event()

    def run(self) -> None:
        look = 0.0
        while not self.ended.wait(0.2):
            now = descendants({self.child, *self.machine.daemons()})
            self.memory = max(self.memory, sum(now.values()))
            if time.monotonic() > look:
                self.disk = max(self.disk, disk(self.machine.folder))
                look = time.monotonic() + 10

    def stop(self) -> None:
        self.ended.set()
        self.join()
        self.disk = max(self.disk, disk(self.machine.folder))


# The fresh machine.


@dataclass
class Run:
    begin: float
    wall: float
    memory: int
    disk: int
    printed: str
    exit_code: int

    @property
    def log(self) -> pants_log.PantsLog:
        return pants_log.parse(self.printed)


class Machine:
    """A clone and a home folder, both new, and a folder for sandboxes."""

    def __init__(self, folder: Path, worktree: bool) -> None:
        self.folder = folder
        if folder.exists():
            sys.exit(f"{folder} exists: a cold start needs a folder that does not.")
        self.clone, self.home, self.scratch = folder / "clone", folder / "home", folder / "tmp"
        self.home.mkdir(parents=True)
        self.scratch.mkdir()
        subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, self.clone], check=True)
        if worktree:
            self._take_worktree()

    def _take_worktree(self) -> None:
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        ).stdout.split("\0")
        for name in filter(None, names):
            target = self.clone / name
            if (ROOT / name).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target)
            else:
                target.unlink()

    def daemons(self) -> set[int]:
        texts = (p.read_text() for p in self.clone.glob(".pids/*/pantsd/pid"))
        return {int(text) for text in texts if text.isdigit()}

    def run(self, *args: str) -> Run:
        env = {
            **os.environ, "HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / ".cache"),
            "TMPDIR": str(self.scratch), "PANTS_LOCAL_EXECUTION_ROOT_DIR": str(self.scratch),
        }
        clock = time.localtime()
        begin = clock.tm_hour * 3600 + clock.tm_min * 60 + clock.tm_sec + time.time() % 1
        started = time.monotonic()
        with open(self.folder / "printed", "w+") as printed:
            child = subprocess.Popen(
                ["./pants", *args], cwd=self.clone, env=env, stdin=subprocess.DEVNULL,
                stdout=printed, stderr=subprocess.STDOUT,
            )
            sampler = Sampler(self, child.pid)
            sampler.start()
            exit_code = child.wait()
            wall = time.monotonic() - started
            sampler.stop()
            printed.seek(0)
            text = printed.read()
        return Run(begin, wall, sampler.memory, sampler.disk, text, exit_code)

    def stop(self) -> None:
        for pid in self.daemons():
            os.kill(pid, signal.SIGTERM)


# What is reported.


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def archive_bytes(downloads: list[pants_log.Download]) -> tuple[int, int]:
    """Number and bytes, by the locks, of the downloads that are archives of a toolchain."""
    sizes = {}
    for lock in (ROOT / "src/python/fourfold/toolchains/shipped").glob("*.lock"):
        for line in lock.read_text().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) == 6 and not line.startswith("#"):
                sizes[cells[3]] = int(cells[4])
    urls = {d.url for d in downloads}
    found = [size for path, size in sizes.items() if any(url.endswith(path) for url in urls)]
    return len(found), sum(found)


def report_stages(launcher: Run, first: Run) -> None:
    log = first.log
    intervals = [("toolchains: download", d.started, d.ended) for d in log.downloads]
    intervals += [(stage_of(e.description), e.started, e.ended) for e in log.executed]
    shares = pants_log.shares(intervals, first.begin, first.begin + first.wall)
    counts: dict[str, int] = {}
    for stage, _, _ in intervals:
        counts[stage] = counts.get(stage, 0) + 1
    row("stage", "share of wall time, s", "processes or downloads")
    row("---", "---", "---")
    row("launcher", f"{launcher.wall:.1f}", "")
    for stage in sorted(filter(None, shares)):
        row(stage, f"{shares[stage]:.1f}", counts[stage])
    row("Pants itself", f"{shares.get('', 0.0):.1f}", "")
    row("all", f"{launcher.wall + first.wall:.1f}", sum(counts.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="a folder that does not exist")
    parser.add_argument("--target", nargs="+", default=["::"])
    parser.add_argument("--worktree", action="store_true")
    args = parser.parse_args()
    machine = Machine(args.folder.resolve(), args.worktree)
    options = ["-ldebug", "--no-dynamic-ui"]
    network = [received()]
    try:
        launcher = machine.run("--fourfold-python", "-c", "")
        network.append(received())
        first = machine.run(*options, "test", *args.target)
        network.append(received())
        (machine.folder / "first.log").write_text(first.printed)
        second = machine.run(*options, "test", *args.target)
    finally:
        machine.stop()
    third = machine.run(*options, "--no-pantsd", "test", *args.target)

    report_stages(launcher, first)
    number, archives = archive_bytes(first.log.downloads)
    print()
    row("downloaded", "MiB")
    row("---", "---")
    row(f"{number} archives of toolchains, by their locks", f"{archives / MIB:.0f}")
    row("received by the machine during the launcher", f"{(network[1] - network[0]) / MIB:.0f}")
    row("received by the machine during the first run", f"{(network[2] - network[1]) / MIB:.0f}")
    print()
    row("run", "wall, s", "processes", "memory peak, MiB", "disk peak, MiB", "exit code")
    row(*["---"] * 6)
    for name, run in (("launcher", launcher), ("first", first), ("second, in the daemon", second),
                      ("third, without a daemon", third)):
        row(name, f"{run.wall:.1f}", len(run.log.executed), f"{run.memory / MIB:.0f}",
            f"{run.disk / MIB:.0f}", run.exit_code)
    if first.exit_code != 0:
        print(f"\nThe first run failed; what it printed is in {machine.folder}/first.log.")
    print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
