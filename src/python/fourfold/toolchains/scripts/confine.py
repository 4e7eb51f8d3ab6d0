"""Runs one prover command in isolation. Imported by the drivers that run inside a Pants sandbox.

The driver's working folder holds the inputs. With `isolation="bubblewrap"` the command sees that
folder read-only as /sandbox, its own output folders, the toolchain read-only as /toolchain, an
empty /scratch, and nothing else: no network, no host files, no other processes. With
`isolation="none"` it sees the same relative tree, unprotected; afterwards, files not asked for are
listed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from typing import Callable

SANDBOX_MOUNT = "__sandbox"
TOOLCHAIN_MOUNT = "__toolchain"
SCRATCH = "/scratch"  # inside; not /tmp, so that a file meant for the host is refused
MAX_OUTPUT = 1_000_000  # bytes kept of what a command prints; the rest is read and dropped
TIMEOUT_EXIT_CODE = -1000  # no signal has this number
UNREPEATABLE = 3
_PARENT = os.getppid()


class Completed:
    """`output` is stdout and stderr in the order they were written."""

    def __init__(self, exit_code: int, output: str, seconds: float) -> None:
        self.exit_code = exit_code
        self.output = output
        self.seconds = seconds

    @property
    def timed_out(self) -> bool:
        return self.exit_code == TIMEOUT_EXIT_CODE

    @property
    def repeatable(self) -> bool:
        """False where the result says more about the machine than about the input."""
        # 129 would be a hang-up, which nothing sends here; Coq exits so after an anomaly.
        killed = self.exit_code < 0 or self.exit_code > 129
        return not killed and "Out of memory" not in self.output

    def answer(self) -> dict:
        """What every driver says of a command; a step adds what it found."""
        return {
            "accepted": self.exit_code == 0,
            "exit_code": self.exit_code,
            "timed_out": self.timed_out,
            "repeatable": self.repeatable,
            "output": self.output,
            "seconds": self.seconds,
        }


class Confinement:
    """`loader` and `library_path` are relative to the root of the toolchain."""

    def __init__(self, isolation: str, loader: str, library_path: list[str]) -> None:
        if isolation not in ("bubblewrap", "none"):
            raise SystemExit(f"unknown isolation {isolation!r}")
        self.bubblewrap = isolation == "bubblewrap"
        self.loader = loader
        self.library_path = library_path
        self.toolchain = "/toolchain" if self.bubblewrap else os.path.abspath(TOOLCHAIN_MOUNT)
        self.work = "/sandbox" if self.bubblewrap else os.getcwd()

    def tool(self, path: str) -> list[str]:
        """The start of a command line that runs `path` of the toolchain by its own loader."""
        libraries = ":".join(f"{self.toolchain}/{p}" for p in self.library_path)
        return [f"{self.toolchain}/{self.loader}", "--library-path", libraries,
                f"{self.toolchain}/{path}"]

    def run(
        self, command: list[str], *, env: dict[str, str], writable: list[str], timeout: float
    ) -> Completed:
        """`writable` are folders below the working folder; they are made if missing."""
        return _run(*self._confined(command, env, writable), timeout)

    def session(
        self, command: list[str], *, env: dict[str, str], writable: list[str], timeout: float
    ) -> Session:
        """As `run`, but the command is fed by `Session.send`."""
        return Session(*self._confined(command, env, writable), timeout)

    def _confined(
        self, command: list[str], env: dict[str, str], writable: list[str]
    ) -> tuple[list[str], dict[str, str]]:
        for folder in writable:
            os.makedirs(folder, exist_ok=True)
        env = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": SCRATCH, "TMPDIR": SCRATCH, **env}
        if self.bubblewrap:
            command = [*self._bubblewrap(env, writable), *command]
        else:
            scratch = os.path.abspath(".scratch")
            os.makedirs(scratch, exist_ok=True)
            env.update(HOME=scratch, TMPDIR=scratch)
        return command, env

    def _bubblewrap(self, env: dict[str, str], writable: list[str]) -> list[str]:
        library = f"{SANDBOX_MOUNT}/usr/lib/x86_64-linux-gnu"
        bwrap = [
            f"{library}/ld-linux-x86-64.so.2", "--library-path", library,
            f"{SANDBOX_MOUNT}/usr/bin/bwrap",
            "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
            "--cap-drop", "ALL", "--dev", "/dev", "--remount-ro", "/dev", "--tmpfs", SCRATCH,
            "--ro-bind", os.path.realpath(TOOLCHAIN_MOUNT), "/toolchain",
        ]
        # Only what the driver was given: the mounts of Pants themselves stay out.
        bwrap += ["--dir", "/sandbox"]
        for entry in sorted(os.listdir(".")):
            if entry not in (SANDBOX_MOUNT, TOOLCHAIN_MOUNT, *writable):
                bwrap += ["--ro-bind", os.path.realpath(entry), f"/sandbox/{entry}"]
        for folder in writable:
            bwrap += ["--bind", os.path.realpath(folder), f"/sandbox/{folder}"]
        for name in sorted(env):
            bwrap += ["--setenv", name, env[name]]
        return [*bwrap, "--remount-ro", "/", "--chdir", "/sandbox", "--"]


def _run(command: list[str], env: dict[str, str], timeout: float) -> Completed:
    session = Session(command, env, timeout)
    return session.close()


class SessionEnded(Exception):
    """The command ended while an answer was awaited; the message is the last it printed."""


class Session:
    """A command that runs for `timeout` seconds at most, over all that it is sent."""

    def __init__(self, command: list[str], env: dict[str, str], timeout: float) -> None:
        self.started = time.monotonic()
        self.timeout = timeout
        self.sink = open(".output", "wb+")
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=self.sink, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.completed: Completed | None = None

    def send(self, text: str, *, until: str) -> str:
        """Feeds `text` and waits for the file `until`; returns what was printed meanwhile."""
        printed = os.path.getsize(".output")
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            self._ended()
        pause = 0.001
        while not os.path.exists(until):
            if time.monotonic() - self.started > self.timeout:
                self._ended()
            _end_if_orphaned(self.process)
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._ended()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        return self._output(printed)

    def close(self) -> Completed:
        """Ends the input, and waits for the command to end."""
        if self.completed is None:
            assert self.process.stdin is not None
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
            left = max(self.timeout - (time.monotonic() - self.started), 0.01)
            exit_code = _wait(self.process, left)
            seconds = time.monotonic() - self.started
            self.completed = Completed(exit_code, self._output(0), seconds)
            self.sink.close()
            os.remove(".output")
        return self.completed

    def _ended(self) -> None:
        done = self.close()
        raise SessionEnded(done.output[-2000:].strip())

    def _output(self, start: int) -> str:
        with open(".output", "rb") as f:
            f.seek(start)
            return f.read(MAX_OUTPUT).decode(errors="replace")


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int:
    """The exit code; kills the whole process group at the time limit."""
    end = time.monotonic() + timeout
    while process.poll() is None:
        left = end - time.monotonic()
        if left <= 0:
            _kill(process)
            return TIMEOUT_EXIT_CODE
        _until_end_of(process.pid, min(left, 0.5))
        _end_if_orphaned(process)
    return process.returncode


def _until_end_of(pid: int, seconds: float) -> None:
    """Returns at once when the process ends, where `Popen.wait` looks every 50 ms."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:  # a kernel before 5.3, or a container that forbids it
        time.sleep(min(seconds, 0.01))
        return
    try:
        select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)


def _kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_if_orphaned(process: subprocess.Popen[bytes]) -> None:
    """Nobody waits for the answer once Pants is gone (killed, out of memory)."""
    if os.getppid() != _PARENT:
        _kill(process)
        sys.exit("Pants has ended without waiting for this process.")


def undeclared_files(before: set[str], allowed: set[str]) -> list[str]:
    """Paths that appeared in the working folder since `before` and were not asked for."""
    return sorted(tree_files() - before - allowed)


def tree_files() -> set[str]:
    found = set()
    for folder, folders, files in os.walk("."):
        folders[:] = [f for f in folders if not os.path.islink(os.path.join(folder, f))]
        found.update(os.path.relpath(os.path.join(folder, f), ".") for f in files)
    return {f for f in found if not f.startswith(".scratch" + os.sep)}


def run_driver(steps: dict[str, Callable[[dict], dict]]) -> None:
    """Runs the step that the request on the command line asks for, and prints its answer.

    The exit status is 0 where the answer depends on the inputs alone, so that it can be cached,
    and else UNREPEATABLE.
    """
    request = json.loads(sys.argv[1])
    answer = steps[request["step"]](request)
    print(json.dumps(answer))
    sys.exit(0 if answer["repeatable"] else UNREPEATABLE)
