"""make, dune and agda, as scale.py runs them beside Pants. Not a benchmark by itself."""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import agda_overhead
import cold_start
import generated
import overhead

MIB = 2**20
DUNE_PACKAGES = ("ocaml-dune", "ocaml")  # dune asks ocamlc for its configuration
DUNE_PROGRAMS = ("dune", "ocamlc", "ocamldep", "ocamlopt", "ocamlmklib", "ocamlobjinfo")


@dataclass
class Ran:
    """Wall and CPU seconds (None: not known), processes that the tool ran, their peak MiB."""

    wall: float
    cpu: float | None
    processes: int
    memory: int


class CpuAccount:
    """CPU seconds of all that is started in a control group of its own.

    No other account holds a process under bubblewrap, whose parent does not wait for it. Where the
    machine gives no control group (it takes root), nothing is known.
    """

    def __init__(self) -> None:
        self.folder = Path(f"/sys/fs/cgroup/cpuacct/fourfold-scale-{os.getpid()}")
        try:
            self.folder.mkdir()
        except OSError:
            print("CPU times are not known: no cgroup can be made here.", file=sys.stderr)

    def enter(self) -> None:
        """For the child, before it becomes another program."""
        if self.folder.exists():
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self) -> float | None:
        if not self.folder.exists():
            return None
        return int((self.folder / "cpuacct.usage").read_text()) / 1e9

    def close(self) -> None:
        """Its processes must have ended."""
        if self.folder.exists():
            self.folder.rmdir()


CPU = CpuAccount()


class Memory(threading.Thread):
    """The peak of the resident memory of all below `roots`, without that of `roots`, in MiB."""

    def __init__(self, *roots: int) -> None:
        super().__init__(daemon=True)
        self.roots, self.peak, self.ended = set(roots), 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.5):
            found = cold_start.descendants(self.roots)
            below = sum(size for pid, size in found.items() if pid not in self.roots)
            self.peak = max(self.peak, below // MIB)


def timed(
    command: list[str], folder: Path, env: dict[str, str], *parents: int
) -> tuple[Ran, str]:
    """Runs it, and what it printed; the children of `parents` count as its own.

    The number of processes is for the caller to fill in.
    """
    before, started = CPU.seconds(), time.monotonic()
    child = subprocess.Popen(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", preexec_fn=CPU.enter,
    )
    memory = Memory(child.pid, *parents)
    memory.start()
    printed, _ = child.communicate()
    wall, after = time.monotonic() - started, CPU.seconds()
    memory.ended.set()
    memory.join()
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{printed[-4000:]}")
    cpu = None if before is None or after is None else after - before
    return Ran(wall, cpu, 0, memory.peak), printed


# Each tool has a folder of its own; `prepare` writes what it needs beside the sources.


class Make:
    name = "make"

    def __init__(self, folder: Path, env: dict[str, str], jobs: int) -> None:
        self.folder, self.env = folder, env
        self.command = ["make", "-s", "-f", "CoqMakefile", f"-j{jobs}"]

    def prepare(self, names: list[str]) -> None:
        overhead.timed(
            [self.env["COQBIN"] + "coq_makefile", "-arg", "-noglob", "-R", ".", generated.LIBRARY,
             "-o", "CoqMakefile", *names],
            self.folder, self.env,
        )

    def run(self) -> Ran:
        calls = Path(self.env["COQBIN"]) / "calls"
        calls.write_text("")
        ran, _ = timed(self.command, self.folder, self.env)
        # Both tools also ask coqc for its version and folders.
        ran.processes = sum(
            "/coqc " in call and call.endswith(".v") for call in calls.read_text().splitlines()
        )
        return ran


class Dune(Make):
    name = "dune"

    def __init__(self, folder: Path, env: dict[str, str], jobs: int) -> None:
        super().__init__(folder, env, jobs)
        self.command = ["dune", "build", f"-j{jobs}"]

    def prepare(self, names: list[str]) -> None:
        (self.folder / "dune-project").write_text("(lang dune 3.17)\n(using coq 0.8)\n")
        (self.folder / "dune").write_text(f"(coq.theory (name {generated.LIBRARY}) (mode vo))\n")


class OneAgda:
    """One process that checks a file which imports all others."""

    name = "agda"

    def __init__(self, folder: Path, toolchain: Path) -> None:
        self.folder, self.toolchain = folder, toolchain

    def prepare(self, names: list[str]) -> None:
        pass

    def run(self) -> Ran:
        command, env = agda_overhead.command_line(self.toolchain, self.folder)
        ran, _ = timed(command, self.folder, env)
        ran.processes = 1
        return ran


class Tools:
    """Unpacks what make, dune and agda need into `folder`, once and when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def others(self, kind: str, case: Path, jobs: int) -> list[Make | OneAgda]:
        if kind == "coq":
            env = self._coq()
            return [Make(case / "make", env, jobs), Dune(case / "dune", env, jobs)]
        if kind == "agda":
            home = self.folder / "agda"
            home.mkdir(exist_ok=True)
            return [OneAgda(case / "agda", agda_overhead.unpack_toolchain(home))]
        return []

    def _coq(self) -> dict[str, str]:
        home = self.folder / "coq"
        home.mkdir(exist_ok=True)
        toolchain = home / "toolchain"
        if not toolchain.exists():
            locked = overhead.download(home / "archives", groups=("base",))
            archives = [archive for _, archive in locked]
            for archive in [*archives, *download_packages(DUNE_PACKAGES, home / "archives")]:
                overhead.unpack_archive(archive, toolchain)
        env = overhead.coq_environment(toolchain, home / "bin")
        overhead.write_scripts(toolchain, home / "bin", DUNE_PROGRAMS)
        ocaml = Path(env["COQLIB"]).parent
        return {
            **env, "PATH": f"{home / 'bin'}:{env['PATH']}", "OCAMLLIB": str(ocaml),
            "DUNE_CACHE": "disabled",
        }


def download_packages(names: tuple[str, ...], folder: Path) -> list[Path]:
    """Those packages of the lock's suite, verified by the package index of the first mirror."""
    suite = re.search(r"^# suite: *(\S+)", overhead.LOCK.read_text(), re.MULTILINE)
    assert suite is not None
    root = overhead.mirrors()[0]
    index = f"{root}dists/{suite[1]}/main/binary-amd64/Packages.xz"
    with urllib.request.urlopen(index) as response:
        stanzas = lzma.decompress(response.read()).decode().split("\n\n")
    found = {}
    for stanza in stanzas:
        name = stanza.partition("\n")[0].partition(": ")[2]
        if name in names:
            found[name] = dict(re.findall(r"^(Filename|SHA256): (\S+)$", stanza, re.MULTILINE))
    for name in names:
        path = folder / Path(found[name]["Filename"]).name
        with urllib.request.urlopen(root + found[name]["Filename"]) as response:
            path.write_bytes(response.read())
        if hashlib.sha256(path.read_bytes()).hexdigest() != found[name]["SHA256"]:
            sys.exit(f"{path} does not have the sha256 that {index} gives.")
    return [folder / Path(found[name]["Filename"]).name for name in names]
