from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.core.verdict import Verdict
from fourfold.prover.target_types import TheoremsField, ToolchainField
from fourfold.witness.judge import broken_judgement, readable


def test_a_terminal_gets_no_bytes_of_a_file() -> None:
    said = readable(ValueError("two files:\n`A.vo`: 1.)\nCoq!\x1b[2J\x00\ufffd\nend"))
    assert said == "two files:\n`A.vo`: 1.)\nend"
    assert len(readable(ValueError("x" * 10_000))) < 2100


def test_what_raises_is_the_error_of_its_target() -> None:
    report = broken_judgement(Address("lib"), ValueError()).report
    assert report.verdict is Verdict.HARD_ERROR and report.target == "lib:lib"
    assert report.messages == ("it could not be judged: ValueError",)


def test_an_invalid_value_is_kept_for_the_judgement() -> None:
    address = Address("lib", target_name="m")
    invalid, right = TheoremsField(5, address), TheoremsField(None, address)
    assert invalid.value == right.value == () and "iterable of strings" in invalid.error
    assert right.error == "" and invalid != right and right == TheoremsField(None, address)
    assert TheoremsField(["M.t"], address).value == ("M.t",)
    assert TheoremsField(["M.t"], address) != right
    assert ToolchainField("coq", address) == ToolchainField("coq", address)
