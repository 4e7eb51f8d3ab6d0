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

import limits

SANDBOX_MOUNT = "__sandbox"
TOOLCHAIN_MOUNT = "__toolchain"
SCRATCH = "/scratch"  # inside; not /tmp, so that a file meant for the host is refused
REQUEST = "__request.json"
MAX_OUTPUT = 1_000_000  # bytes kept of what a command prints: its beginning and its end
TIMEOUT_EXIT_CODE = -1000  # no signal has this number
LIMIT_EXIT_CODE = -1001
UNREPEATABLE = 3
_TICK = 0.1  # seconds between two looks at what a command uses
_OUTPUT = ".output"
_PARENT = os.getppid()


def _signal_of(exit_code: int) -> int:
    """The signal that ended a command, 0 if it ended by itself.

    bubblewrap adds 128 to it. Exit codes above 128 that are none of these are the program's own:
    Coq exits with 129 after an anomaly, Agda with 154 after an internal error.
    """
    number = -exit_code if exit_code < 0 else exit_code - 128
    return number if number in _BY_HAND or number in _CRASHES else 0


_BY_HAND = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)


class Completed:
    """`output` is stdout and stderr in the order they were written.

    `limit` names the one that ended it (see limits.py), "" if none did.
    """

    def __init__(self, exit_code: int, output: str, seconds: float, limit: str = "") -> None:
        self.exit_code = exit_code
        self.output = output
        self.seconds = seconds
        self.limit = limit

    @property
    def timed_out(self) -> bool:
        return self.exit_code == TIMEOUT_EXIT_CODE

    @property
    def ended_by(self) -> str:
        """`hand` where somebody or the kernel killed it, `crash`, or ""."""
        number = _signal_of(self.exit_code)
        return "hand" if number in _BY_HAND else "crash" if number in _CRASHES else ""

    @property
    def repeatable(self) -> bool:
        """False where the result may say more about the machine than about the input.

        Anybody can print "Out of memory": it is kept out of the cache, and is judged as it stands.
        """
        if self.timed_out or self.limit or self.ended_by:
            return False
        return self.exit_code == 0 or "Out of memory" not in self.output

    def answer(self) -> dict:
        """What every driver says of a command; a step adds what it found."""
        return {
            "accepted": self.exit_code == 0 and not self.limit,
            "exit_code": self.exit_code,
            "timed_out": self.timed_out,
            "limit": limits.in_words(self.limit, limits.MEMORY) if self.limit else "",
            "ended_by": self.ended_by,
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
        return self.session(command, env=env, writable=writable, timeout=timeout).close()

    def session(
        self, command: list[str], *, env: dict[str, str], writable: list[str], timeout: float
    ) -> Session:
        """As `run`, but the command is fed by `Session.send`."""
        folders = writable if self.bubblewrap else [*writable, ".scratch"]
        return Session(*self._confined(command, env, writable), timeout, folders)

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
            "--cap-drop", "ALL", "--dev", "/dev", "--remount-ro", "/dev",
            "--size", str(limits.SCRATCH), "--tmpfs", SCRATCH,
            "--ro-bind", os.path.realpath(TOOLCHAIN_MOUNT), "/toolchain",
        ]
        # Only what the driver was given: the mounts of Pants themselves stay out.
        bwrap += ["--dir", "/sandbox"]
        for entry in sorted(os.listdir(".")):
            if entry not in (SANDBOX_MOUNT, TOOLCHAIN_MOUNT, REQUEST, _OUTPUT, *writable):
                bwrap += ["--ro-bind", os.path.realpath(entry), f"/sandbox/{entry}"]
        for folder in writable:
            bwrap += ["--bind", os.path.realpath(folder), f"/sandbox/{folder}"]
        for name in sorted(env):
            bwrap += ["--setenv", name, env[name]]
        return [*bwrap, "--remount-ro", "/", "--chdir", "/sandbox", "--"]


class SessionEnded(Exception):
    """The command ended while an answer was awaited; the message is the last it printed."""


class Session:
    """A command that runs for `timeout` seconds at most, over all that it is sent.

    `folders` are those that it may write, whose files are limited.
    """

    def __init__(
        self, command: list[str], env: dict[str, str], timeout: float, folders: list[str]
    ) -> None:
        self.started = time.monotonic()
        self.timeout = timeout
        self.sink = open(_OUTPUT, "wb+")
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=self.sink, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.watch = limits.Watch(self.process.pid, _OUTPUT, folders, limits.MEMORY)
        self.looked = self.started
        self.limit = ""
        self.completed: Completed | None = None

    def send(self, text: str, *, until: str) -> str:
        """Feeds `text` and waits for the file `until`; returns what was printed meanwhile."""
        printed = os.path.getsize(_OUTPUT)
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            self._ended()
        pause = 0.001
        while not os.path.exists(until):
            if time.monotonic() - self.started > self.timeout or self._passed_a_limit():
                self._ended()
            _end_if_orphaned(self.process)
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._ended()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        return _output(printed)

    def close(self) -> Completed:
        """Ends the input, and waits for the command to end."""
        if self.completed is None:
            assert self.process.stdin is not None
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
            exit_code = self._wait()
            if exit_code != TIMEOUT_EXIT_CODE:
                self.limit = self.limit or self.watch.exceeded_at_the_end()
            seconds = time.monotonic() - self.started
            self.completed = Completed(exit_code, _output(0), seconds, self.limit)
            self.sink.close()
            os.remove(_OUTPUT)
        return self.completed

    def _ended(self) -> None:
        done = self.close()
        raise SessionEnded(done.output[-2000:].strip())

    def _passed_a_limit(self) -> bool:
        now = time.monotonic()
        if not self.limit and now - self.looked >= _TICK:
            self.looked = now
            self.limit = self.watch.exceeded()
        return bool(self.limit)

    def _wait(self) -> int:
        """The exit code; kills the whole process group at a limit, that of time included."""
        end = max(self.started + self.timeout, time.monotonic() + 0.01)
        while self.process.poll() is None:
            left = end - time.monotonic()
            if left <= 0 or self._passed_a_limit():
                _kill(self.process)
                return LIMIT_EXIT_CODE if self.limit else TIMEOUT_EXIT_CODE
            _until_end_of(self.process.pid, min(left, _TICK))
            _end_if_orphaned(self.process)
        return self.process.returncode


def _output(start: int) -> str:
    """What was printed from the byte `start` on; of very much, the beginning and the end."""
    with open(_OUTPUT, "rb") as f:
        size = f.seek(0, os.SEEK_END) - start
        f.seek(start)
        if size <= MAX_OUTPUT:
            return f.read(MAX_OUTPUT).decode(errors="replace")
        first = f.read(MAX_OUTPUT // 2)
        f.seek(-(MAX_OUTPUT // 2), os.SEEK_END)
        last = f.read(MAX_OUTPUT // 2)
    left_out = f"\n... ({size - len(first) - len(last)} bytes left out) ...\n"
    return first.decode(errors="replace") + left_out + last.decode(errors="replace")


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
    """Runs the step that the request asks for, and prints its answer.

    The request is a file, since Linux refuses an argument of 131,072 bytes. The exit status is 0 where the answer depends on the inputs alone, so that it can be cached,
    and else UNREPEATABLE.
    """
    with open(REQUEST, encoding="utf-8") as f:
        request = json.load(f)
    limits.MEMORY = request.get("memory_limit", limits.MEMORY)
    answer = steps[request["step"]](request)
    print(json.dumps(answer))
    sys.exit(0 if answer["repeatable"] else UNREPEATABLE)
