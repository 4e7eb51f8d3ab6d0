"""Throw-away repositories with their own ./pants, run as a user runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Set

REPOSITORY = Path(__file__).resolve().parents[2]
RUN_LIMIT = 900  # seconds; far above what a run takes, so that a loaded machine passes

_CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = ["fourfold.backend.coq"]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""
_EXECUTED = re.compile(r"Running (.+?) under semaphore")


class Run(NamedTuple):
    """`output` is stdout and stderr, one after the other."""

    exit_code: int
    output: str

    @property
    def executed(self) -> Set[str]:
        """Descriptions of the processes that ran (no cache had them); needs `-ldebug`."""
        return set(_EXECUTED.findall(self.output))


class Workspace:
    """A repository with the Coq backend alone, the toolchains' locks and the given files.

    The user's own caches are used, so that toolchains are not unpacked once more.
    """

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        shutil.copy2(REPOSITORY / "pants", folder / "pants")
        shutil.copytree(
            REPOSITORY / "3rdparty",
            folder / "3rdparty",
            ignore=shutil.ignore_patterns("BUILD", "*.in"),
        )
        shutil.copytree(
            REPOSITORY / "src/python/fourfold",
            folder / "src/python/fourfold",
            ignore=shutil.ignore_patterns("*_test.py", "BUILD", "__pycache__", ".ruff_cache"),
        )
        shutil.copytree(REPOSITORY / "src/python/launcher", folder / "src/python/launcher")
        self.write({"pants.toml": _CONFIG, **files})

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def pants(
        self, *args: str, env: Optional[Mapping[str, str]] = None, prefix: Sequence[str] = ()
    ) -> Run:
        """`prefix` is a command that runs ./pants, such as `unshare ...`."""
        return run([*prefix, "./pants", *args], self.folder, {**user_environment(), **(env or {})})

    def report(self, name: str) -> Dict[str, object]:
        return json.loads((self.folder / "dist/fourfold" / name).read_text())


def user_environment() -> Dict[str, str]:
    """This process's environment without what the launcher or pytest added to it."""
    ours = ("PANTS_", "_PANTS", "FOURFOLD_PANTS", "PYTEST", "PYTHON")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    if "PANTS_PYTHON" in os.environ:
        kept["PANTS_PYTHON"] = os.environ["PANTS_PYTHON"]
    return kept


def run(command: List[str], folder: Path, env: Mapping[str, str]) -> Run:
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=RUN_LIMIT,
    )
    return Run(done.returncode, done.stdout + done.stderr)
