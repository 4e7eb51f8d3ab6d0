from __future__ import annotations

import pytest
from pants.build_graph.address import Address

from fourfold.backend.lean.target_types import LeanModulePrefixField, refused_option


@pytest.mark.parametrize(
    "flags, refused",
    [
        (("-DautoImplicit=false", "-DmaxRecDepth=2000"), None),
        (("-Ddebug.skipKernelTC=true",), "-Ddebug.skipKernelTC=true"),
        (("-DautoImplicit=false", "--trust=1024"), "--trust=1024"),
        (("-DmaxRecDepth=1 --plugin=x",), "-DmaxRecDepth=1 --plugin=x"),
        (("-D", "autoImplicit=false"), "-D"),
    ],
)
def test_options_are_a_closed_list(flags: tuple[str, ...], refused: str | None) -> None:
    assert refused_option(flags) == refused


def test_the_prefix_is_the_folder_unless_it_is_given() -> None:
    address = Address("src/lean/Fourfold")
    assert LeanModulePrefixField(None, address).value == "Fourfold"
    assert LeanModulePrefixField("", address).value == ""


def test_an_invalid_prefix_is_an_error_of_its_own_target() -> None:
    error = LeanModulePrefixField("a/b", Address("src/lean/Fourfold")).error
    assert "must be the name of a Lean module" in error and "'a/b'" in error
