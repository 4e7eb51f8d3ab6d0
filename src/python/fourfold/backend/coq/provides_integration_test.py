"""What the definitions say of their libraries' names is what is in the libraries' packages.

A theory may not take such a name, also where it does not select the library, so each must be known.
"""

from __future__ import annotations

import pytest
import toml
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.backend.coq.layout import find_layout
from fourfold.backend.coq.names import STANDARD_ROOTS, root_of
from fourfold.toolchains import register as toolchains
from fourfold.toolchains.kinds import FallibleToolchain, ToolchainRequest
from fourfold.toolchains.subsystem import SHIPPED_FOLDER


@pytest.mark.parametrize("version", ["coq-8.20", "coq-8.16", "rocq-9.2"])
def test_each_module_is_below_a_name_that_its_library_provides(version: str) -> None:
    definition = toml.loads((SHIPPED_FOLDER / f"{version}.toml").read_text())
    rule_runner = RuleRunner(
        rules=[*toolchains.rules(), QueryRule(FallibleToolchain, [ToolchainRequest])]
    )
    rule_runner.set_options([], env_inherit={"PATH"})
    request = ToolchainRequest(version, tuple(definition["libraries"]))
    toolchain = rule_runner.request(FallibleToolchain, [request])
    if toolchain.digest is None and definition.get("rolling"):
        pytest.skip(toolchain.reason)
    assert toolchain.digest is not None, toolchain.reason
    modules = find_layout(version, toolchain.files).modules
    provided = [name for table in definition["libraries"].values() for name in table["provides"]]
    below = {name: [m for m in modules if f"{m}.".startswith(f"{name}.")] for name in provided}
    assert not [name for name, found in below.items() if not found]
    known = {m for found in below.values() for m in found}
    strange = {m for m in modules - known if root_of(m) not in STANDARD_ROOTS}
    assert not strange
