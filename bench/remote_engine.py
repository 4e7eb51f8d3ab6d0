"""A REAPI engine on loopback: BuildGrid, the database of its scheduler, and buildbox workers.

Not a benchmark: remote_execution.py imports it. BuildGrid runs in the virtual environment of the
acceptance tests; PostgreSQL, which its scheduler cannot do without, and the workers come from
Debian packages that buildbox.lock names by hash, unpacked without root. They need a newer C library
than many machines have, so that each program runs by the loader of those packages.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import overhead
import tomllib

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "src/python"), str(ROOT / "tests/acceptance")]

import cache_server  # noqa: E402
from fourfold.toolchains.lock import Archive, parse_lock  # noqa: E402

DEFINITION = ROOT / "bench/buildbox.toml"
LOCK = DEFINITION.with_suffix(".lock")
_RELOCK = (
    "./pants --toolchains-locks=\"+{'buildbox': 'bench/buildbox.lock'}\" generate-lockfiles "
    "--resolve=buildbox"
)
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_POSTGRES = "usr/lib/postgresql/18/bin"
_PROGRAMS = (
    *(f"usr/bin/buildbox-{name}" for name in ("casd", "worker", "run-hosttools")),
    "usr/bin/bwrap", f"{_POSTGRES}/initdb", f"{_POSTGRES}/postgres",
)  # fmt: skip
_NOBODY = 65534
_CONFIG = """\
server:
  - !channel
    address: "127.0.0.1:{port}"
    insecure-mode: true
authorization:
  method: none
connections:
  - !sql-connection &sql
    connection-string: {database}
storages:
  - !disk-storage &storage
    path: {folder}/cas
caches:
  - !lru-action-cache &results
    storage: *storage
    max-cached-refs: 4096
    allow-updates: true
schedulers:
  - !sql-scheduler &scheduler
    storage: *storage
    sql: *sql
    action-cache: *results
    property-set: !dynamic-property-set
      match-property-keys: []
    assigners:
      - !priority-age-assigner
        interval: 0.1
    poll-interval: 0.1
    bot-poll-interval: 0.1
instances:
  - name: ""
    services:
      - !action-cache
        cache: *results
      - !cas
        storage: *storage
      - !bytestream
        storage: *storage
      - !execution
        scheduler: *scheduler
      - !bots
        scheduler: *scheduler
thread-pool-size: 400
"""


def download(archive: Archive, roots: list[str], folder: Path) -> Path:
    """By its hash, from the first of `roots` that serves it."""
    target = folder / archive.file_name
    failures = ["apt names no mirror"]
    for mirror in roots:
        try:
            with urllib.request.urlopen(mirror + archive.path, timeout=60) as response:
                content = response.read()
        except OSError as e:
            failures.append(str(e))
            continue
        if hashlib.sha256(content).hexdigest() == archive.sha256:
            target.write_bytes(content)
            return target
        failures.append("the mirror serves another file")
    sys.exit(
        f"{archive.package} {archive.version} ({archive.path}) cannot be had: {failures[-1]}. "
        f"Mirrors of Debian unstable drop old versions; to lock the present ones: {_RELOCK}"
    )


def unpack(folder: Path) -> Path:
    """The packages of the lock below `folder`, with the programs made to run anywhere."""
    archives, target = folder / "archives", folder / "programs"
    archives.mkdir()
    drop = tomllib.loads(DEFINITION.read_text())["drop"]
    roots = overhead.mirrors()
    for archive in parse_lock(LOCK.read_text(), str(LOCK), _RELOCK).archives:
        subprocess.run(
            [sys.executable, "-I", str(overhead.UNPACK), str(download(archive, roots, archives)),
             str(target), *(f"--drop={glob}" for glob in drop)],
            cwd=archives, check=True,
        )  # fmt: skip
    shutil.rmtree(archives)
    library = target / _LIBRARIES
    for program in _PROGRAMS:
        path = target / program
        path.rename(f"{path}.elf")
        # PostgreSQL finds its files by the path that it was started by.
        path.write_text(
            f'#!/bin/sh\nexec {library}/ld-linux-x86-64.so.2 --argv0 "$0" '
            f'--library-path {library} "$0.elf" "$@"\n'
        )
        path.chmod(0o755)
    return target


class Running:
    """Processes of one engine: started in order, ended in reverse."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], log: Path, **options: object) -> subprocess.Popen[bytes]:
        with open(log, "wb") as sink:
            process = subprocess.Popen(
                command, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def start_database(running: Running, tree: Path, folder: Path) -> str:
    """A fresh PostgreSQL; the address as SQLAlchemy writes it. It refuses to run as root."""
    data, port = folder / "data", cache_server.free_port()
    data.mkdir(parents=True, mode=0o700)
    user: dict[str, int] = {}
    if os.geteuid() == 0:
        os.chown(data, _NOBODY, _NOBODY)
        user = {"user": _NOBODY, "group": _NOBODY}
    made = subprocess.run(
        [str(tree / _POSTGRES / "initdb"), "-D", str(data), "-U", "buildgrid", "--auth=trust",
         "--no-locale", "--encoding=UTF8", "--no-sync"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", **user,
    )  # fmt: skip
    if made.returncode != 0:
        sys.exit(f"initdb failed:\n{made.stdout}")
    log = folder / "log"
    process = running.start(
        [str(tree / _POSTGRES / "postgres"), "-D", str(data), "-p", str(port),
         "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"],
        log, cwd="/", **user,
    )  # fmt: skip
    cache_server.wait_for(port, process, log)
    return f"postgresql+psycopg2://buildgrid@127.0.0.1:{port}/postgres"


def start_server(running: Running, folder: Path, database: str) -> int:
    folder.mkdir()
    port, log = cache_server.free_port(), folder / "log"
    (folder / "config.yml").write_text(
        _CONFIG.format(port=port, folder=folder, database=database)
    )
    bgd = str(cache_server.environment() / "bin/bgd")
    subprocess.run(
        [bgd, "migrate", "apply", database], check=True, stdout=subprocess.DEVNULL
    )
    process = running.start([bgd, "server", "start", str(folder / "config.yml"), "-v"], log)
    cache_server.wait_for(port, process, log)
    return port


def start_worker(running: Running, tree: Path, folder: Path, port: int, hidden: Path) -> None:
    """A worker of one slot, with a store of its own; `folder` gets two logs.

    It sees this machine without `hidden`, where the clients have their checkouts and stores.
    """
    folder.mkdir()
    programs, server = tree / "usr/bin", f"http://127.0.0.1:{port}"
    socket = folder / "socket"
    apart = [str(programs / "bwrap"), "--die-with-parent", "--dev-bind", "/", "/",
             "--tmpfs", str(hidden), "--"]  # fmt: skip
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    running.start(
        [*apart, str(programs / "buildbox-casd"), f"--cas-remote={server}",
         f"--bind=unix:{socket}", str(folder / "store")],
        folder / "casd.log", env=environment,
    )  # fmt: skip
    worker = running.start(
        [*apart, str(programs / "buildbox-worker"), f"--cas-remote=unix:{socket}",
         f"--bots-remote={server}", f"--buildbox-run={programs / 'buildbox-run-hosttools'}",
         "--concurrent-jobs=1", "--platform", "OSFamily=linux", folder.name],
        folder / "log", env=environment,
    )  # fmt: skip
    for _ in range(300):
        if worker.poll() is not None:
            sys.exit(f"{folder.name} ended:\n{(folder / 'log').read_text()[-3000:]}")
        if "Starting buildbox-worker" in (folder / "log").read_text():
            return
        time.sleep(0.1)
    sys.exit(f"{folder.name} does not start:\n{(folder / 'casd.log').read_text()[-3000:]}")


@contextmanager
def serving(folder: Path, workers: int, hidden: Path) -> Iterator[int]:
    """An engine whose port is given; `folder` gets all that it writes."""
    # The database runs as another user where this is root.
    folder.chmod(0o711)
    tree = unpack(folder)
    running = Running()
    try:
        database = start_database(running, tree, folder / "database")
        port = start_server(running, folder / "server", database)
        for number in range(1, workers + 1):
            start_worker(running, tree, folder / f"worker-{number}", port, hidden)
        yield port
    finally:
        running.stop()
