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
from sandbox_test import needs_namespaces
from workspace import REPOSITORY, Workspace, user_environment

# Compiles in four seconds, all of them in a tactic.
BUSY = f"""\
Definition mark_{secrets.token_hex(8)} := tt.
Ltac loop := idtac; loop.
Lemma claim : True.
Proof. Fail timeout 4 loop. exact I. Qed.
"""
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
    assert running.process.returncode == 0 and "Fourfold: 1 clean" in output, output
    assert daemon not in daemons(workspace)


@needs_namespaces
@pytest.mark.parametrize(
    "option, size", [("local-execution-root-dir", "64k"), ("local-store-dir", "1m")]
)
def test_a_full_disk_is_an_error(
    workspace: Workspace, tmp_path: Path, option: str, size: str
) -> None:
    """A small file system, mounted where only this run sees it."""
    mount = f'mount -t tmpfs -o size={size} none "$0" && exec "$@"'
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, str(tmp_path)]
    done = workspace.pants(f"--{option}={tmp_path}", "test", "quick::", prefix=small)
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert "clean" not in done.output


def test_after_all_that_all_is_checked(workspace: Workspace) -> None:
    done = workspace.pants("-ldebug", "test", "quick::", *(f"{name}::" for name in KILLED))
    assert done.exit_code == 0, done.output[-4000:]
    assert f"Fourfold: {len(KILLED) + 1} clean" in done.output
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
    locks = [REPOSITORY / f"3rdparty/toolchains/{name}.lock" for name in ("sandbox", "coq-8.20")]
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
    assert "quick/main.v: not-available" in done.output
    (reason,) = re.findall(r"^The toolchain .* needs .*$", done.output, re.MULTILINE)
    assert reason.count("Wrong digest for downloaded file") == 2, reason
    assert "./pants generate-lockfiles --resolve=" in reason
