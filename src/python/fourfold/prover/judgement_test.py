from __future__ import annotations

from typing import Any

from pants.build_graph.address import Address
from pants.engine.target import COMMON_TARGET_FIELDS, Target

from fourfold.prover.judgement import kinds_of, missing_theorems, theorem_reports
from fourfold.prover.target_types import PROOF_FIELDS


class _Module(Target):
    alias = "module"
    core_fields = (*COMMON_TARGET_FIELDS, *PROOF_FIELDS)


def _module(**fields: Any) -> Target:
    return _Module(fields, Address("lib", target_name="m"))


def _messages(kinds: dict[str, str]) -> list[str]:
    target = _module(theorems=["M.t"], statements={"M.s": "True"})
    return missing_theorems(target, "M", {"M.t": [], "M.s": []}, {}, kinds)


def test_a_claim_is_met_by_a_theorem_alone() -> None:
    assert _messages({"M.t": "theorem", "M.s": "theorem"}) == []
    (said,) = _messages({"M.t": "a definition", "M.s": "theorem"})
    assert said.startswith("the theorem M.t is a definition: ") and "lib/BUILD" in said
    (said,) = _messages({"M.t": "theorem", "M.s": "an inductive type"})
    assert said.startswith("the theorem M.s is an inductive type: ")


def test_a_constant_of_no_known_kind_meets_no_claim() -> None:
    assert len(_messages({})) == 2
    assert kinds_of({"constants": {}}) == {}


def test_reports_say_what_constants_are() -> None:
    answer = {"kinds": {"M.t": "theorem"}, "mentions": {"M.t": ["M.f"]}}
    first, second = theorem_reports({"M.t": [], "M.u": []}, answer)
    assert (first.kind, first.mentions) == ("theorem", ("M.f",))
    assert (second.kind, second.mentions) == ("", ())
