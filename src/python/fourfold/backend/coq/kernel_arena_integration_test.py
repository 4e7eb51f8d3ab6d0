"""The independent check alone over tests/projects/kernel_arena, as real versions of Coq compile it.

Published holes pass Coq's kernel, and of mutants Coq is told not to look: so it is the independent
check that must tell bad from good. It must refuse each bad input and no good one.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import toml

from fourfold.backend.coq.composition_integration_test import Prover
from fourfold.backend.coq.sandbox import vo_stub
from fourfold.second_witness.scripts import conftest  # noqa: F401

import vo_witness  # isort: skip

ARENA = Path("tests/projects/kernel_arena").resolve()
INPUTS: list[dict[str, Any]] = toml.loads((ARENA / "manifest.toml").read_text())["input"]
VERSIONS = {"coq-8.20": "8.20", "coq-8.16": "8.16", "rocq-9.2": "9.2"}


def module_of(entry: dict[str, Any]) -> str:
    return Path(entry["file"]).with_suffix("").as_posix().replace("/", "_")


def test_the_manifest_is_complete_and_balanced() -> None:
    listed = {entry["file"] for entry in INPUTS}
    assert listed == {str(p.relative_to(ARENA)) for p in ARENA.glob("coq/*/*.v")}
    bad = {e["file"] for e in INPUTS if e["expected"] == "refused"}
    assert len(bad) >= 40 and len(listed - bad) >= 40
    assert all(f.startswith("coq/bad/") == (f in bad) for f in listed)
    mutants = [e for e in INPUTS if "mutant_of" in e]
    assert len(mutants) >= 30 and all(e["mutant_of"] in listed - bad for e in mutants)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_bad_input_is_refused_and_no_good_one(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [e for e in INPUTS if VERSIONS[version] in e["versions"]]
    # One file, since to start Coq takes longer than to check one of them.
    text = "".join(
        f"Module {module_of(e)}.\n{(ARENA / e['file']).read_text()}End {module_of(e)}.\n"
        for e in inputs
    )
    prover = Prover(version, tmp_path, monkeypatch)
    Path("full/Arena").mkdir(parents=True)
    Path("all.v").write_text(text)
    coq = prover.with_roots(["Arena"])
    arguments = ["-q", "-w", "none", "-R", "full/Arena", "Arena", "-o", "full/Arena/all.vo"]
    command = coq.command("compiler", [*arguments, "all.v"])
    done = subprocess.run(command, env=coq.env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    vo = Path("full/Arena/all.vo")
    vo.write_bytes(vo_stub.canonical_and_stub(vo.read_bytes())[0])
    closure = coq.libraries("full")
    found = vo_witness.judge(closure, closure.library("Arena.all"))["findings"]
    refused = {finding["constant"].split(".")[2] for finding in found}
    assert refused == {module_of(e) for e in inputs if e["expected"] == "refused"}, found
