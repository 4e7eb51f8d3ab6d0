from __future__ import annotations

import pytest
from pants.engine.fs import EMPTY_DIGEST

from fourfold.backend.lean.layout import LeanLayout, mismatch, version_of
from fourfold.backend.lean.spec import taken_name
from fourfold.prover.toolchain import ProverToolchain

RAN = "Lean (version 4.0.0, commit 26c7798eb90b, Release)"


@pytest.mark.parametrize(
    "said, version",
    [
        (RAN, "4.0.0"),
        ("Lean (version 4.35.0-rc1, x86_64-unknown-linux-gnu, commit 0, Release)", "4.35.0-rc1"),
        ("no version", ""),
    ],
)
def test_the_version_of_what_runs(said: str, version: str) -> None:
    assert version_of(said) == version


def test_another_version_than_the_definition_names_is_a_warning() -> None:
    warning = mismatch("lean-4", "4.23.0", RAN)
    assert warning is not None and "`lean-4` is Lean 4.23.0" in warning and RAN in warning
    assert mismatch("lean-4", "4.0.0", RAN) is None
    assert mismatch("system", "", RAN) is None


@pytest.mark.parametrize(
    "module, taken",
    [
        ("Init.Core", True), ("Init.Own", True), ("Init", True), ("Lean", True),
        ("Initial.Core", False), ("Own.Init", False),
    ],
)
def test_a_module_may_not_have_a_name_of_the_toolchain(module: str, taken: bool) -> None:
    modules = frozenset({"Init.Core", "Init", "Lean.Data.Json"})
    layout = LeanLayout(EMPTY_DIGEST, (), modules)
    toolchain = ProverToolchain("lean-4", EMPTY_DIGEST, layout=layout)
    said = taken_name(module, toolchain)
    assert (said is not None) is taken
    assert said is None or "module_prefix" in said
