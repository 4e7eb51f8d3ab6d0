"""Faults of one machine: each ends in a clear error, and the next run is as if nothing had been."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Iterator, List, Optional

import pytest
from agda_test import CONFIG as AGDA_CONFIG
from sandbox_test import needs_namespaces
from workspace import REPOSITORY, Run, Workspace, user_environment

# Compiles in four seconds, all of them in a tactic.
BUSY = f"""\
Definition mark_{secrets.token_hex(8)} := tt.
Ltac loop := idtac; loop.
Lemma claim : True.
Proof. Fail timeout 4 loop. exact I. Qed.
"""
# A small file system, mounted where only this run sees it.
SMALL_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
MOUNT = 'mount -t tmpfs -o size={size} none "$0"'
KILLED = ("prover_killed", "client_killed", "daemon_killed")
QUICK = BUSY.replace("Fail timeout 4 loop. ", "")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    files = {"quick/BUILD": "coq_theory()\n", "quick/main.v": QUICK}
    for name in KILLED:
        files.update({f"{name}/BUILD": "coq_theory()\n", f"{name}/main.v": f"(* {name} *) {BUSY}"})
    made = Workspace(tmp_path_factory.mktemp("faults") / "repository", files)
    yield made
    for pid in daemons(made):
        os.kill(pid, signal.SIGKILL)


def daemons(workspace: Workspace) -> List[int]:
    pids = [int(p.read_text()) for p in workspace.folder.glob(".pids/*/pantsd/pid")]
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def coqc(theory: str) -> Optional[int]:
    """The process that compiles the theory: not bubblewrap around it, nor the driver."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"{theory}/main.v" in words and not any(w.endswith("/bwrap") for w in words):
            return int(folder.name)
    return None


class Running:
    """`./pants test` of one theory, in the background, until its coqc runs."""

    def __init__(self, workspace: Workspace, theory: str) -> None:
        self.process = subprocess.Popen(
            ["./pants", "--pantsd", "test", f"{theory}::"], cwd=workspace.folder,
            env=user_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        for _ in range(4000):
            found = coqc(theory)
            if found is not None:
                self.coqc = found
                return
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.05)
        raise AssertionError("coqc did not start in 200 s")

    def output(self) -> str:
        return self.process.communicate(timeout=300)[0]

    def prover_ends(self) -> bool:
        """Long before it would end of itself."""
        for _ in range(20):
            if not Path(f"/proc/{self.coqc}").exists():
                return True
            time.sleep(0.1)
        return False


def test_a_killed_prover_is_no_verdict_on_the_proof(workspace: Workspace) -> None:
    running = Running(workspace, "prover_killed")
    os.kill(running.coqc, signal.SIGKILL)
    output = running.output()
    assert running.process.returncode == 1
    assert "prover_killed/main.v: the prover was killed" in output


def test_a_killed_client_leaves_no_prover(workspace: Workspace) -> None:
    running = Running(workspace, "client_killed")
    os.killpg(running.process.pid, signal.SIGKILL)
    assert running.prover_ends()


def test_a_killed_daemon_leaves_no_prover(workspace: Workspace) -> None:
    """The client starts another daemon, and gets its answer from that one."""
    running = Running(workspace, "daemon_killed")
    (daemon,) = daemons(workspace)
    os.kill(daemon, signal.SIGKILL)
    assert running.prover_ends()
    output = running.output()
    assert running.process.returncode == 0 and "Fourfold: 2 clean" in output, output
    assert daemon not in daemons(workspace)


@needs_namespaces
def test_no_room_for_sandboxes_is_an_error(workspace: Workspace, tmp_path: Path) -> None:
    done = workspace.pants(
        f"--local-execution-root-dir={tmp_path}", "test", "quick::",
        prefix=[*SMALL_DISK, MOUNT.format(size="64k") + ' && exec "$@"', str(tmp_path)],
    )  # fmt: skip
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert "clean" not in done.output


@needs_namespaces
def test_a_store_that_fills_up_is_sound_when_there_is_room_again(tmp_path: Path) -> None:
    """The disk is full amid the toolchain's set-up; the next run goes on from there."""
    files = {
        "pants.toml": AGDA_CONFIG,
        "one/BUILD": "agda_library()\n",
        "one/One.agda": "module One where\n\none : Set₁\none = Set\n",
    }
    workspace = Workspace(tmp_path / "repository", files)
    store = tmp_path / "store"
    store.mkdir()
    twice = (
        f'{MOUNT.format(size="60m")} && {{ "$@"; full=$?; mount -o remount,size=3g "$0"; }} && '
        'echo "with room:" >&2; "$@"; exit $((10 * full + $?))'
    )
    done = workspace.pants(
        "-ldebug", f"--local-store-dir={store}", "test", "one::",
        prefix=[*SMALL_DISK, twice, str(store)],
    )  # fmt: skip
    full, room = done.output.split("with room:")
    assert done.exit_code == 10, done.output[-4000:]
    assert "No space left on device" in full and "clean" not in full
    assert "Fourfold: 2 clean" in room
    before, after = (Run(0, output).executed for output in (full, room))
    assert "Unpack libc6 for sandbox" in before - after, before
    assert "Compile One with agda-2.6" in after


def test_after_all_that_all_is_checked(workspace: Workspace) -> None:
    done = workspace.pants("-ldebug", "test", "quick::", *(f"{name}::" for name in KILLED))
    assert done.exit_code == 0, done.output[-4000:]
    assert f"Fourfold: {2 * (len(KILLED) + 1)} clean" in done.output
    compiled = {f"Compile {name}.main with coq-8.20" for name in ("quick", *KILLED[:2])}
    assert compiled <= done.executed


class OtherFile(BaseHTTPRequestHandler):
    """A mirror that has something else under each name."""

    def do_GET(self) -> None:
        body = b"something else"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_mirrors_with_damaged_archives(workspace: Workspace, tmp_path: Path) -> None:
    """One serves another file, one a truncated file: neither is unpacked, and both are named."""
    shipped = REPOSITORY / "src/python/fourfold/toolchains/shipped"
    locks = [shipped / f"{name}.lock" for name in ("sandbox", "coq-8.20")]
    for line in "".join(lock.read_text() for lock in locks).splitlines():
        if not line.startswith("#"):
            archive = tmp_path / "mirror" / line.split(" | ")[3]
            archive.parent.mkdir(parents=True, exist_ok=True)
            archive.write_bytes(b"!<arch>\ndebian-binary   ")
    server = HTTPServer(("127.0.0.1", 0), OtherFile)
    threading.Thread(target=server.serve_forever).start()
    other = f"http://127.0.0.1:{server.server_port}/"
    try:
        done = workspace.pants(
            f"--local-store-dir={tmp_path}/store", f"--named-caches-dir={tmp_path}/named",
            f'--toolchains-mirrors=["{other}", "file://{tmp_path}/mirror/"]', "--fourfold-strict",
            "test", "quick::",
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    assert done.exit_code == 1
    assert "Fourfold: 2 not-available" in done.output
    (reason,) = set(re.findall(r"^The toolchain .* needs .*$", done.output, re.MULTILINE))
    assert reason.count("Wrong digest for downloaded file") == 2, reason
    assert "./pants generate-lockfiles --resolve=" in reason
