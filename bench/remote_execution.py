"""Remote execution of a small repository by two workers, beside the same work done here.

Starts an engine on loopback (remote_engine.py) with two workers of one slot each, which see this
machine without the folder that has the clients' checkouts and stores. The repository is that of the
acceptance tests of the remote cache: Coq theories that nobody has checked yet, and one fd_check
that cites a theorem. The runs, each by `./pants --no-pantsd`:

    local, first      two slots of this machine, an empty store
    local, changed    every theory has changed: what is left without setting up toolchains
    remote, first     an empty store, and an engine that has no blob
    remote, changed   the same change
    remote, second    another checkout with an empty store, which reads what the first one wrote
    no proxy          another empty store; the workers are not told the outputs as they know them

Verdicts of local and remote runs must be the same; this fails where they are not, where a process
that should run remotely does not, or where a worker has nothing to do. Times within a process are
those that the workers report. Bytes are counted by the proxy (output_paths_proxy.py) between Pants
and the engine, through which all goes in these runs. Client and workers share the machine's cores,
so that this shows what remote execution costs, and not what more machines gain.

Run:  python3 bench/remote_execution.py [--theories 4]
It needs what `./pants` needs, CPython 3.11, apt's mirrors, and user namespaces or root; about
100 MB of toolchains and 55 MB of the engine are downloaded. pytest must be importable.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator

import pants_log
import remote_engine

import cache_server  # isort: skip  (remote_engine has put tests/acceptance on the path)
from machines import MARK, Machine, theory  # isort: skip

WORKERS = 2
LOST_OUTPUTS = "The workers of this environment return no outputs"
MIB = 1 << 20
_REMOTE = re.compile(r"Remote execution: (.+)")
_WORKER = re.compile(r'worker: "([\w-]+)"')
_BUILD = """\
remote_environment(
    name="workers", fallback_environment="__local__", extra_platform_properties=["OSFamily=linux"]
)
__defaults__({(coq_theory, fd_check, fd_checks): dict(environment="workers")})
"""
_NAMES = '\n[environments-preview.names]\nworkers = "//:workers"\n'


@dataclass
class Measured:
    """`seconds` is wall time, `goal` that without the start of Pants; `log` is all it printed."""

    name: str
    seconds: float
    goal: float
    log: str
    exit_code: int
    verdicts: dict[str, Any]
    counts: dict[str, dict[str, int]]

    @property
    def remote(self) -> list[str]:
        """Descriptions of the processes that were executed remotely."""
        return _REMOTE.findall(self.log)

    @property
    def workers(self) -> dict[str, int]:
        found = _WORKER.findall(self.log)
        return {name: found.count(name) for name in sorted(set(found))}

    def counter(self, name: str) -> int:
        return _counter(self.log, name)

    def moved(self, what: str, *methods: str) -> int:
        return sum(self.counts.get(m, {}).get(what, 0) for m in methods)


def _counter(log: str, name: str) -> int:
    (value,) = re.findall(rf"^  {name}: (\d+)$", log, re.MULTILINE)
    return int(value)


def sources(theories: int) -> dict[str, str]:
    files: dict[str, str] = {"BUILD": _BUILD}
    for number in range(theories):
        files.update(theory(f"theory_{number}"))
    return files


def client(folder: Path, theories: int) -> Machine:
    """A checkout with a store and named caches of its own."""
    machine = Machine(folder / "checkout", sources(theories))
    config = machine.folder / "pants.toml"
    config.write_text(config.read_text() + _NAMES)
    machine.options = {
        "local_store_dir": str(folder / "store"),
        "named_caches_dir": str(folder / "named_caches"),
    }
    return machine


def change(machine: Machine) -> None:
    """Gives every theory and the fd_check another definition."""
    mark = f"Definition mark_{secrets.token_hex(8)} := tt.\n"
    for path in [*machine.folder.glob("*/main.v"), machine.folder / "src/python/demo/doubling.py"]:
        path.write_text(path.read_text().replace(MARK, mark))


def reports(machine: Machine) -> dict[str, Any]:
    """What each report says, without its durations."""
    found = {}
    for path in sorted((machine.folder / "dist/fourfold").glob("*.json")):
        report = json.loads(path.read_text())
        del report["seconds"]
        found[report["target"]] = report
    return found


def measure(name: str, machine: Machine, **options: object) -> Measured:
    load = os.getloadavg()[0]
    print(f"{name} ... (load {load:.1f})", file=sys.stderr, flush=True)
    start = time.time()
    # Not the trace that is there too: its report has times.
    theories = sorted(f"{path.parent.name}::" for path in machine.folder.glob("*/main.v"))
    done = machine.test(
        *theories, "src/python/demo::", pantsd=False, dynamic_ui=False, stats_log=True,
        process_execution_local_parallelism=WORKERS, **options,
    )  # fmt: skip
    seconds = time.time() - start
    (machine.folder.parent / f"{name}.log").write_text(done.output)
    begin, end = pants_log.parse(done.output).goal
    return Measured(
        name, seconds, end - begin, done.output, done.exit_code, reports(machine), {}
    )


@contextmanager
def proxy(folder: Path, port: int) -> Iterator[tuple[str, Path]]:
    """The address of a proxy before the engine, and where its counts will be."""
    folder.mkdir(exist_ok=True)
    mine, counts = cache_server.free_port(), folder / "counts.json"
    counts.unlink(missing_ok=True)
    script = Path(__file__).with_name("output_paths_proxy.py")
    python = cache_server.environment() / "bin/python"
    with open(folder / "log", "ab") as sink:
        process = subprocess.Popen(
            [str(python), str(script), str(mine), f"127.0.0.1:{port}", str(counts)],
            stdout=sink, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        cache_server.wait_for(mine, process, folder / "log")
        yield f"grpc://127.0.0.1:{mine}", counts
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def remotely(name: str, machine: Machine, folder: Path, port: int) -> Measured:
    with proxy(folder, port) as (address, counts):
        measured = measure(
            name, machine, remote_execution=True, remote_execution_address=address,
            remote_store_address=address, remote_cache_read=True, remote_cache_write=True,
        )  # fmt: skip
    measured.counts = json.loads(counts.read_text())
    return measured


def phases(log: str) -> dict[str, list[float]]:
    """Seconds of each remote process, by phase, from the metadata that its worker gave."""
    found: dict[str, list[float]] = {}
    stamp = r"{}: Some\(Timestamp {{ seconds: (\d+), nanos: (\d+) }}\)"
    for line in log.splitlines():
        if "(nested) execute response" not in line:
            continue
        for phase, begin, end in (
            ("waiting for a worker", "queued_timestamp", "worker_start_timestamp"),
            ("inputs", "input_fetch_start_timestamp", "input_fetch_completed_timestamp"),
            ("the process", "execution_start_timestamp", "execution_completed_timestamp"),
            ("outputs", "output_upload_start_timestamp", "output_upload_completed_timestamp"),
            ("all of it, in the worker", "worker_start_timestamp", "worker_completed_timestamp"),
        ):
            times = []
            for which in (begin, end):
                match = re.search(stamp.format(which), line)
                assert match is not None, line
                times.append(int(match[1]) + int(match[2]) / 1e9)
            found.setdefault(phase, []).append(times[1] - times[0])
    return found


def blobs(folder: Path) -> tuple[int, int]:
    sizes = [p.stat().st_size for p in (folder / "server/cas").rglob("*") if p.is_file()]
    return len(sizes), sum(sizes)


def require(condition: bool, complaint: str, measured: Measured) -> None:
    if not condition:
        sys.exit(f"{measured.name}: {complaint}\n{measured.log[-5000:]}")


def check(local: Measured, remote: Measured, expected: set[str]) -> None:
    """That the remote run is one, and says what the local one says."""
    require(remote.exit_code == 0, "failed", remote)
    require(remote.verdicts == local.verdicts, "other verdicts than the local run", remote)
    require(set(remote.remote) == expected, f"ran remotely: {sorted(remote.remote)}", remote)
    require(len(remote.workers) == WORKERS, f"workers: {remote.workers}", remote)


def show(runs: list[Measured]) -> None:
    print("\n| run | wall | goal | executed remotely | executed here | by worker |")
    print("| --- | --- | --- | --- | --- | --- |")
    for run in runs:
        print(
            f"| {run.name} | {run.seconds:.1f} s | {run.goal:.1f} s "
            f"| {run.counter('remote_execution_success')} "
            f"| {run.counter('local_execution_requests')} "
            f"| {', '.join(f'{n}: {c}' for n, c in run.workers.items())} |"
        )
    print("\n| run | bytes sent | in uploads | FindMissingBlobs | bytes of them | received |")
    print("| --- | --- | --- | --- | --- | --- |")
    for run in runs:
        if run.counts:
            sent = run.moved("sent", "Write", "BatchUpdateBlobs")
            asked = run.counts.get("FindMissingBlobs", {})
            got = run.moved("received", "Read", "BatchReadBlobs")
            print(
                f"| {run.name} | {sent / MIB:.1f} MiB "
                f"| {run.moved('calls', 'Write', 'BatchUpdateBlobs')} | {asked.get('calls', 0)} "
                f"| {asked.get('sent', 0) / MIB:.1f} MiB | {got / MIB:.1f} MiB |"
            )
    print("\n| run | phase | median | longest |\n| --- | --- | --- | --- |")
    for run in runs:
        for phase, times in phases(run.log).items():
            print(f"| {run.name} | {phase} | {statistics.median(times):.2f} | {max(times):.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theories", type=int, default=4)
    theories = parser.parse_args().theories
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # ends the engine too
    with tempfile.TemporaryDirectory(prefix="remote_execution") as name:
        top = Path(name)
        top.chmod(0o711)
        clients, engine = top / "clients", top / "engine"
        for folder in (clients, engine):
            folder.mkdir()
        here = client(clients / "here", theories)
        runs = [measure("local, first", here)]
        change(here)
        runs.append(measure("local, changed", here))
        for run in runs:
            require(run.exit_code == 0, "failed", run)
        modules = ["chain.main", "chain.top", *(f"theory_{n}.main" for n in range(theories))]
        judged = {
            f"{step} {module} with coq-8.20"
            for step in ("Compile", "Audit", "Re-check")
            for module in modules
        } | {"Compare demo.doubling with finite differences"}
        with remote_engine.serving(engine, WORKERS, clients) as port:
            first = client(clients / "first", theories)
            runs.append(remotely("remote, first", first, clients / "proxy", port))
            check(runs[0], runs[-1], judged | {"Try bubblewrap"})
            stored = blobs(engine)
            change(first)
            runs.append(remotely("remote, changed", first, clients / "proxy", port))
            # coqchk and the checks run anew, chain.top only where it depends on what has changed.
            require(runs[-1].exit_code == 0, "failed", runs[-1])
            require(set(runs[-1].remote) <= judged | {"Try bubblewrap"}, "ran", runs[-1])

            second = client(clients / "second", theories)
            runs.append(remotely("remote, second", second, clients / "proxy", port))
            require(runs[-1].exit_code == 0, "failed", runs[-1])
            require(runs[-1].remote == ["Try bubblewrap"], f"{runs[-1].remote}", runs[-1])
            require(runs[-1].verdicts == runs[0].verdicts, "other verdicts", runs[-1])

            third = client(clients / "third", theories)
            address = f"grpc://127.0.0.1:{port}"
            bare = measure(
                "no proxy", third, remote_execution=True, remote_execution_address=address,
                remote_store_address=address,
            )  # fmt: skip
            require(bare.exit_code != 0 and LOST_OUTPUTS in bare.log, "no such error", bare)
        show(runs)
        print(f"\nblobs of the engine after the first remote run: {stored[0]}, "
              f"{stored[1] / MIB:.1f} MiB")
        for worker in sorted(engine.glob("worker-*")):
            ran = (worker / "log").read_text().count("Runner exited with code")
            print(f"{worker.name}: {ran} commands, by its own log")
        error = next(line for line in bare.log.splitlines() if LOST_OUTPUTS in line)
        print(f"without the proxy: {error.strip()}")
        print(datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"))


if __name__ == "__main__":
    main()
