"""The ./pants script: how it finds Python, builds its environment once, and repairs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Callable, Dict, Iterator, List

import pytest
from workspace import REPOSITORY, Run, Workspace, run, user_environment

# What the script itself runs; a PATH of these alone has no Python.
TOOLS = ("cat", "cut", "dirname", "id", "ln", "mkdir", "sh", "sha256sum", "tr")


class Launcher:
    """A copy of ./pants that has an environment of its own, in an empty cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        (folder / "3rdparty/python").mkdir(parents=True)
        shutil.copy2(REPOSITORY / "3rdparty/python/plugins.lock", folder / "3rdparty/python")
        shutil.copytree(REPOSITORY / "src/python/launcher", folder / "src/python/launcher")
        # The environment's name comes from the script's content: with a line of its own, the copy
        # shares no link below /tmp with the user's ./pants.
        text = (REPOSITORY / "pants").read_text()
        (folder / "pants").write_text(f"{text}# {folder}\n")
        (folder / "pants").chmod(0o755)
        (folder / "bin").mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is not on PATH"
            (folder / "bin" / tool).symlink_to(found)

    def environment(self, **extra: str) -> Dict[str, str]:
        bare = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.folder / "home"),
            "FOURFOLD_CACHE": str(self.cache),
        }
        kept = ("PIP_", "http_proxy", "https_proxy", "no_proxy", "SSL_", "REQUESTS_")
        bare.update({k: v for k, v in os.environ.items() if k.startswith(kept)})
        return {**bare, **extra}

    def start(self, *args: str, **extra: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["./pants", *args], cwd=self.folder, env=self.environment(**extra), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def run(self, *args: str, **extra: str) -> Run:
        return run(["./pants", *args], self.folder, self.environment(**extra))


def fixed_links() -> List[Path]:
    return [p for root in Path("/tmp").glob("fourfold*") if root.is_dir() for p in root.iterdir()]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    made = Launcher(tmp_path / "repository")
    yield made
    for link in fixed_links():
        if link.is_symlink() and os.readlink(link).startswith(str(tmp_path)):
            link.unlink()


def test_without_python_it_names_three_ways(launcher: Launcher) -> None:
    done = launcher.run("--version")
    assert done.exit_code == 1
    assert "CPython 3.9, and none was found" in done.output
    assert "pyenv install 3.9" in done.output
    assert "uv python install 3.9" in done.output
    assert "PANTS_PYTHON=/path/to/python3.9" in done.output
    assert "python3.9 on PATH" in done.output and f"{launcher.folder}/home/.pyenv" in done.output
    assert not launcher.cache.exists()


def test_a_wrong_pants_python_is_named(launcher: Launcher) -> None:
    done = launcher.run("--version", PANTS_PYTHON="/bin/true")
    assert done.exit_code == 1
    assert "PANTS_PYTHON=/bin/true is not a CPython 3.9 interpreter" in done.output


def wait_until(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if condition():
            return
        assert process.poll() is None, "the launcher ended before it could be interrupted"
        time.sleep(0.1)
    raise AssertionError("the launcher did not begin to build its environment in two minutes")


def test_an_interrupted_first_run_is_repaired_by_two_at_once(launcher: Launcher) -> None:
    base = os.path.realpath(sys.executable)
    ask = ("--fourfold-python", "-c", "import pants, sys; print('ready', sys.version_info[:2])")

    first = launcher.start(*ask, PANTS_PYTHON=base)
    wait_until(lambda: list(launcher.cache.glob("pants-*/lib")), first)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    (environment,) = [p for p in launcher.cache.glob("pants-*") if p.is_dir()]
    assert not (environment / "complete").exists()
    (environment / "stray").write_text("of the interrupted run")

    both = [launcher.start(*ask, PANTS_PYTHON=base) for _ in range(2)]
    outputs = [p.communicate(timeout=600)[0] for p in both]
    assert [p.returncode for p in both] == [0, 0], outputs
    assert all("ready (3, 9)" in output for output in outputs)
    assert sum("first run only" in output for output in outputs) == 1, outputs
    assert (environment / "complete").exists()
    assert not (environment / "stray").exists()

    # From now on it needs no Python but its own, and builds nothing.
    before = (environment / "complete").stat().st_mtime_ns
    later = launcher.run(*ask)
    assert later.exit_code == 0 and later.output.strip() == "ready (3, 9)"
    assert (environment / "complete").stat().st_mtime_ns == before


def test_a_second_start_builds_nothing(record_property: Callable[[str, object], None]) -> None:
    """The launcher's own time goes into the report; this machine may be busy, so no limit."""
    environment = user_environment()
    launched = run(["./pants", "--fourfold-python", "-c", "pass"], REPOSITORY, environment)
    assert (launched.exit_code, launched.output) == (0, "")
    rounds = 10
    started = time.perf_counter()
    for _ in range(rounds):
        run(["./pants", "--fourfold-python", "-c", "pass"], REPOSITORY, environment)
    with_launcher = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(rounds):
        run([sys.executable, "-c", "pass"], REPOSITORY, environment)
    alone = time.perf_counter() - started
    record_property("launcher_overhead_ms", round(1000 * (with_launcher - alone) / rounds, 1))


def test_a_plugin_of_an_index_is_installed(tmp_path: Path) -> None:
    """The launcher spares runs without such plugins the scheduler that installs them."""
    wheel = tmp_path / "greeting-1.0-py3-none-any.whl"
    about = "greeting-1.0.dist-info"
    files = {
        "greeting.py": "from pants.engine.target import Target\n\n\n"
        "class Greeting(Target):\n    alias = 'greeting'\n    core_fields = ()\n\n\n"
        "def target_types():\n    return [Greeting]\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": "[pantsbuild.plugin]\ntarget_types = greeting:target_types\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    workspace = Workspace(tmp_path / "repository", {"BUILD": "greeting(name='hello')\n"})

    without = workspace.pants("list", "//:hello")
    assert without.exit_code == 1 and "greeting" in without.output, without.output

    found = workspace.pants(f"--plugins=['greeting @ file://{wheel}']", "list", "//:hello")
    assert found.exit_code == 0 and "//:hello\n" in found.output, found.output
