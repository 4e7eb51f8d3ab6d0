"""The .vo rewriter on the real libraries of each Coq that Fourfold ships."""

from __future__ import annotations

import pytest
from pants.engine.fs import Digest, DigestContents, DigestSubset, PathGlobs
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.backend.coq.sandbox.vo_stub_test import check_real_file
from fourfold.toolchains import register as toolchains
from fourfold.toolchains.kinds import FallibleToolchain, ToolchainRequest
from fourfold.toolchains.subsystem import SHIPPED_FOLDER

# Small and large, with and without Ltac, notations, sections, functors and primitives.
SAMPLE = ("Init/*", "Bool/Bool", "Arith/PeanoNat", "Lists/List", "micromega/*", "ssr/*")


@pytest.mark.parametrize("version", ["coq-8.20", "coq-8.16", "rocq-9.2"])
def test_real_libraries(version: str) -> None:
    rule_runner = RuleRunner(
        rules=[*toolchains.rules(), QueryRule(FallibleToolchain, [ToolchainRequest])]
    )
    rule_runner.set_options([], env_inherit={"PATH"})
    toolchain = rule_runner.request(FallibleToolchain, [ToolchainRequest(version)])
    definition = (SHIPPED_FOLDER / f"{version}.toml").read_text()
    if toolchain.digest is None and "rolling = true" in definition:
        pytest.skip(toolchain.reason)
    assert toolchain.digest is not None, toolchain.reason
    folders = ("theories", "user-contrib/Stdlib")
    globs = [f"**/coq/{folder}/{name}.vo" for name in SAMPLE for folder in folders]
    sample = rule_runner.request(
        Digest, [DigestSubset(toolchain.digest, PathGlobs(globs))]
    )
    contents = rule_runner.request(DigestContents, [sample])
    assert len(contents) > 50
    with_locations = sum(check_real_file(file.content, file.path) for file in contents)
    # Without a location to zero in any of them, the test would prove little.
    assert with_locations > 3
