"""Forks of this process in which a user's modules run.

The process that compares never imports a user's module. It forks the others before anything is
known that a claim could look up, and takes JSON and arrays from them only.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

import numpy as np

from numerics.gradients.containment import give_up_tracing
from numerics.gradients.drawing import DrawError
from numerics.gradients.messages import Message, receive, send
from numerics.gradients.worker import ModuleError, serve

_ERRORS = {"ModuleError": ModuleError, "DrawError": DrawError}
_CONNECTION = 3  # the only descriptor that a worker has, beside the standard ones


class WorkerError(Exception):
    """What a user's code raised, or that its process ended."""


class Worker:
    """A fork of this process that answers questions. `task` says what it is for, in errors."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._ended = ""
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        self._pid = os.fork()
        if not self._pid:
            _be_worker(theirs.fileno())
        theirs.close()
        self._stream = ours.makefile("rwb")
        ours.close()

    def ask(self, *arrays: np.ndarray, **words: Any) -> Message:
        """Raises the worker's ModuleError or DrawError, and WorkerError for all else."""
        if self._ended:
            raise WorkerError(self._ended)
        try:
            send(self._stream, Message(words, arrays))
            answer = receive(self._stream)
        except (EOFError, OSError):
            self._ended = self._end()
            raise WorkerError(self._ended) from None
        if "problem" in answer.words:
            kind = _ERRORS.get(answer.words.get("kind", ""), WorkerError)
            raise kind(answer.words["problem"])
        return answer

    def close(self) -> None:
        if not self._ended:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._stream.close()

    def _end(self) -> str:
        # It may have closed its connection and live on.
        os.kill(self._pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return (
            f"the process that evaluates {self._task} ended (exit code {code}) before it "
            "answered: the code under check may not end it"
        )


def _be_worker(connection: int) -> None:
    """Serve, in the fork; never returns."""
    try:
        give_up_tracing()
        os.dup2(2, 1)  # what a user's code prints is not this program's answer
        os.dup2(connection, _CONNECTION)
        os.closerange(_CONNECTION + 1, os.sysconf("SC_OPEN_MAX"))
        with socket.socket(fileno=_CONNECTION) as held, held.makefile("rwb") as stream:
            serve(stream)
    finally:
        os._exit(1)
