"""One target of each kind in a container, on an engine that the test starts itself.

`tests/run` leaves it out, since it costs minutes and gigabytes: see CONTRIBUTING.md. Where the
engine, its packages or a container cannot be had, it is skipped with the reason.
"""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Dict, Iterator, NamedTuple

import docker_engine
import pytest
from docker_engine import Engine, NotAvailable
from gradients_test import CORNERS, NET, check
from numerics_workspace import numerics_workspace, stand_ins
from workspace import Run, Workspace

# A tag of our own: Pants pulls `latest`, and a name without a tag, on every run.
IMAGE = "fourfold/cpu:acceptance"
BASE, INTERPRETERS = "acceptance/base:1", "acceptance/interpreters:1"
MARK = secrets.token_hex(8)  # so that no cache has the proofs yet
ENVIRONMENTS = f"""\
docker_environment(name="container", image="{IMAGE}", platform="linux_x86_64")
__defaults__(
    {{
        (
            agda_library, coq_theory, fd_check, fd_checks, vjp_oracle
        ): dict(environment="container")
    }}
)
"""
FILES = {
    "BUILD": ENVIRONMENTS,
    "src/coq/Doubling/BUILD": "coq_theory()\n",
    "src/coq/Doubling/main.v": f"""\
Definition mark_{MARK} := tt.
Definition double (n : nat) := n + n.
Lemma double_add : double 2 = 4.
Proof. reflexivity. Qed.
""",
    "src/agda/identity/BUILD": 'agda_library(theorems=["Top.top"])\n',
    "src/agda/identity/Top.agda": f"""\
module Top where

open import Agda.Builtin.Equality

mark-{MARK} : Set₁
mark-{MARK} = Set

top : {{A : Set}} (x : A) → x ≡ x
top x = refl
""",
    "src/python/demo/BUILD": 'python_sources()\nfd_checks(name="fd")\n',
    "src/python/demo/right.py": check("right") + f"# {MARK}\n",
    "nets/BUILD": "netspecs()\n",
    "nets/good.yaml": NET.format(name="good", fan_in=16) + f"# {MARK}\n",
    "oracles/BUILD": f'vjp_oracle(name="good", net="nets/good.yaml", {CORNERS})\n',
}
PROOFS = ("src/coq/Doubling::", "src/agda::")
PROOF_REPORTS = ("src.coq.Doubling.main.v.json", "src.agda.identity.Top.agda.json")
IN_CONTAINER = "(ran in docker environment `container`)"


class Built(NamedTuple):
    """A folder with the data of an engine that has the image, and a repository that names it."""

    folder: Path
    workspace: Workspace
    python: str

    def pants(self, engine: Engine, *args: str) -> Run:
        env = {
            "DOCKER_HOST": engine.environment["DOCKER_HOST"],
            "PANTS_PYTHON_BOOTSTRAP_SEARCH_PATH": json.dumps([self.python]),
        }
        return self.workspace.pants(*args, env=env)

    def reports(self) -> Dict[str, Dict[str, object]]:
        found = sorted((self.workspace.folder / "dist/fourfold").glob("*.json"))
        return {path.name: json.loads(path.read_text()) for path in found}


def repository(folder: Path) -> Workspace:
    workspace = numerics_workspace(folder, FILES)
    workspace.write(stand_ins(folder))
    config = (folder / "pants.toml").read_text()
    config = config.replace(
        '"fourfold.backend.coq",', '"fourfold.backend.agda",\n  "fourfold.backend.coq",'
    )
    names = '\n[environments-preview.names]\ncontainer = "//:container"\n'
    workspace.write({"pants.toml": config + names})
    return workspace


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("docker")
    try:
        with docker_engine.serving(folder / "engine") as engine:
            docker_engine.make_base(engine, folder / "base", BASE)
            docker_engine.check_container(engine, BASE)
            found = docker_engine.interpreters()
            docker_engine.make_interpreters(engine, folder / "interpreters", INTERPRETERS, found)
            python = str(found[-1].program)
            arguments = dict(BASE=BASE, INTERPRETERS=INTERPRETERS, CALLERS_PYTHON=python)
            docker_engine.build(engine, folder / "context", IMAGE, arguments)
        yield Built(folder, repository(folder / "repository"), python)
    except NotAvailable as e:
        pytest.skip(f"not-available: {e}")
    finally:
        shutil.rmtree(folder / "engine", ignore_errors=True)  # gigabytes


@pytest.fixture
def filtered(built: Built) -> Iterator[Engine]:
    """An engine as it is by default: it filters the system calls of containers."""
    with docker_engine.serving(built.folder / "engine") as engine:
        yield engine


def test_a_target_of_each_kind_is_clean_in_a_container(built: Built, filtered: Engine) -> None:
    done = built.pants(filtered, "test", *PROOFS, "src/python/demo:fd", "oracles:")
    assert done.exit_code == 0, done.output
    reports = built.reports()
    assert len(reports) >= 4 and {r["verdict"] for r in reports.values()} == {"clean"}, reports
    assert done.output.count(IN_CONTAINER) == len(reports), done.output


def test_a_default_container_isolates_no_prover_and_says_so(built: Built, filtered: Engine) -> None:
    done = built.pants(filtered, "test", *PROOFS)
    assert done.exit_code == 0, done.output
    assert {built.reports()[name]["isolation"] for name in PROOF_REPORTS} == {"none"}
    # A module and a library each.
    assert "4 verdicts without isolation" in done.output
    refused = built.pants(filtered, "--fourfold-require-isolation", "test", *PROOFS)
    assert "no verdict is reached without isolation" in refused.output
    assert {built.reports()[name]["verdict"] for name in PROOF_REPORTS} == {"not-available"}


def test_a_container_without_the_filter_isolates_provers(built: Built) -> None:
    profile = docker_engine.allow_all_calls(built.folder)
    with docker_engine.serving(built.folder / "engine", f"--seccomp-profile={profile}") as engine:
        done = built.pants(engine, "--fourfold-require-isolation", "test", *PROOFS)
    assert done.exit_code == 0, done.output
    for name in PROOF_REPORTS:
        report = built.reports()[name]
        assert (report["verdict"], report["isolation"]) == ("clean", "bubblewrap"), done.output
