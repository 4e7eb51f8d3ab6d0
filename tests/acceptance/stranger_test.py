"""A repository that has nothing of ours: an ordinary Pants, the wheels, and a few lines.

The wheels are built once, by the repository's own ./pants. The Pants that uses them is the index's
own, started as `pants`, under another HOME; it shares the store, so that archives of toolchains are
not downloaded again. Where pex is, this machine needs to be told by the environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Callable, Dict, Mapping

import pytest
from workspace import REPOSITORY, Run, run, user_environment

# What it tells a newcomer to write, and to run.
PAGE = (REPOSITORY / "docs/your_repository.md").read_text()
FILES = {
    "theory/double.v": "Lemma zero : 0 + 0 = 0.\nProof. exact eq_refl. Qed.\n",
    "lib/Unit.agda": (
        "{-# OPTIONS --safe #-}\nmodule Unit where\n\ndata One : Set where\n  one : One\n"
    ),
}
BAD = {
    "bad/hope.v": "Axiom hope : False.\nLemma all : False.\nProof. exact hope. Qed.\n",
    "bad/BUILD": "coq_theory()\n",
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def wheels() -> Dict[str, Path]:
    built = run(["./pants", "package", "src/wheels::"], REPOSITORY, user_environment())
    assert built.exit_code == 0, built.output
    found = {path.name.split("-")[0]: path for path in (REPOSITORY / "dist").glob("fourfold_*.whl")}
    assert set(found) == {"fourfold_pants", "fourfold_numerics"}
    return found


@pytest.fixture(scope="module")
def pants(wheels: Dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    folder = tmp_path_factory.mktemp("stranger")
    home, repository = folder / "home", folder / "repository"
    version = wheels["fourfold_pants"].name.split("-")[1]
    (config,) = re.findall("```toml\n(.*?)```", PAGE, re.DOTALL)
    assert f"fourfold-pants=={version}" in config
    config = config.replace("/folder/of/the/wheels", str(wheels["fourfold_pants"].parent))
    write(repository, {**FILES, "pants.toml": config})
    home.mkdir()
    venv = Path(sys.executable).parents[1]  # what ./pants installed: Pants, from the index
    environment = {
        **user_environment(),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "PANTS_LOCAL_STORE_DIR": os.path.expanduser("~/.cache/pants/lmdb_store"),
        "PANTS_PEX_CLI_VERSION": "v2.1.137",
        "PANTS_PEX_CLI_KNOWN_VERSIONS": f"['{(venv / 'complete').read_text().strip()}']",
        "PANTS_PEX_CLI_URL_TEMPLATE": f"file:{venv}/pex.pex",
        "NO_SCIE_WARNING": "1",
        "PANTS_PANTSD": "false",
    }

    def stranger(*args: str) -> Run:
        return run([str(venv / "bin/pants"), *args], repository, environment)

    stranger.repository = repository  # type: ignore[attr-defined]
    return stranger


def test_two_builds_give_the_same_bytes(wheels: Dict[str, Path], tmp_path: Path) -> None:
    """The second in another folder, from files of other times, with a store of its own."""
    other = tmp_path / "elsewhere"
    for name in ("src/wheels", "src/python", "3rdparty/python"):
        shutil.copytree(
            REPOSITORY / name,
            other / name,
            ignore=shutil.ignore_patterns("__pycache__", "*_test.py"),
            copy_function=shutil.copyfile,
        )
    for name in ("BUILD", "pants.toml", "LICENSE"):
        shutil.copyfile(REPOSITORY / name, other / name)
    shutil.copy(REPOSITORY / "pants", other / "pants")
    options = ("--no-pantsd", f"--local-store-dir={tmp_path}/store")
    built = run(["./pants", *options, "package", "src/wheels::"], other, user_environment())
    assert built.exit_code == 0, built.output
    for path in wheels.values():
        assert (other / "dist" / path.name).read_bytes() == path.read_bytes(), path.name


def test_wheels_hold_what_they_should(wheels: Dict[str, Path]) -> None:
    with zipfile.ZipFile(wheels["fourfold_pants"]) as plugins:
        names = set(plugins.namelist())
    shipped = REPOSITORY / "src/python/fourfold/toolchains/shipped"
    for path in shipped.iterdir():
        if path.is_file():
            assert f"fourfold/toolchains/shipped/{path.name}" in names
    for name in ("backend/lean/sandbox/audit.lean", "backend/isabelle/sandbox/audit.ML"):
        assert f"fourfold/{name}" in names
    assert not [name for name in names if name.endswith(("_test.py", "conftest.py", "BUILD"))]
    assert not [name for name in names if not name.startswith(("fourfold/", "fourfold_pants-"))]
    with zipfile.ZipFile(wheels["fourfold_numerics"]) as numerics:
        assert "numerics/numerics.lock" in numerics.namelist()
        assert "numerics/gradients/run_checks.py" in numerics.namelist()
        assert not [name for name in numerics.namelist() if name.endswith("_test.py")]


def test_tailor_and_then_all_proofs(pants: Callable[..., Run]) -> None:
    assert re.findall(r"^\$ pants (.*)$", PAGE, re.MULTILINE) == ["tailor ::", "test ::"]
    tailored = pants("tailor", "::")
    assert tailored.exit_code == 0, tailored.output
    assert "coq_theory" in tailored.output and "agda_library" in tailored.output
    tested = pants("test", "::")
    assert tested.exit_code == 0, tested.output
    assert "hard-error" not in tested.output and " clean" in tested.output
    reports = pants.repository / "dist/fourfold"  # type: ignore[attr-defined]
    found = [json.loads(path.read_text()) for path in reports.glob("*.json")]
    assert {report["verdict"] for report in found} == {"clean"}
    locks = {report["toolchain"]["lock"] for report in found} - {""}
    assert len(locks) == 2
    assert all("as shipped with fourfold-pants" in lock for lock in locks)


def test_what_is_wrong_is_refused_and_names_pants_as_the_user_calls_it(
    pants: Callable[..., Run],
) -> None:
    write(pants.repository, BAD)  # type: ignore[attr-defined]
    tested = pants("test", "bad::")
    assert tested.exit_code == 1
    for said in ("bad.hope.hope", "not permitted", "Fourfold: 2 hard-error"):
        assert said in tested.output
    helped = pants("help-advanced", "toolchains")
    words = " ".join(helped.output.split())
    assert "pants generate-lockfiles --resolve=<name>" in words
    assert "./pants" not in words + tested.output
