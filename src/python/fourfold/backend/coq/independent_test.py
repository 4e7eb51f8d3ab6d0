from __future__ import annotations

from typing import Any

from pants.build_graph.address import Address

from fourfold.backend.coq.independent import WitnessedClosure, import_messages, said_of
from fourfold.backend.coq.target_types import COQ
from fourfold.prover.target_types import invalid_fields
from fourfold.toolchains.holes import Hole, KernelHoles

HOLES = KernelHoles("9.2", (Hole("rocq-1", "a", "b", "c", "d", "e", "cofixpoint, nested-cofix"),))
FOUND = {"constant": "M.ring", "rule": "nested-cofix", "why": "call under no constructor"}


def said(answer: dict[str, Any], *permits: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    fields = {"source": "m.v", "permits": permits}
    target = COQ.module(fields, Address("lib", target_name="m"))
    return said_of(answer, "M", target, "rocq-9.2", HOLES)


def test_a_finding_names_constant_rule_hole_and_remedy() -> None:
    (message,), grounds = said({"findings": [FOUND]})
    assert not grounds
    for part in (
        "refuses M.ring: call under no constructor (rule nested-cofix: ",
        "published holes of rocq-9.2 that this rule finds: rocq-1",
        'add `permits = ["nested-cofix"]` in lib/BUILD',
    ):
        assert part in message


def test_a_permit_lets_its_rule_through_and_no_other() -> None:
    assert said({"findings": [FOUND]}, "nested-cofix") == ((), ("nested-cofix (M.ring)",))
    messages, grounds = said({"findings": [FOUND]}, "fixpoint")
    assert len(messages) == 1 and not grounds


def test_an_answer_that_is_none_refuses() -> None:
    for answer in ({}, {"error": "x", "findings": []}, {"accepted": False, "output": "killed"}):
        (message,), grounds = said(answer, "nested-cofix")
        assert message.startswith("M: the independent check failed: ") and not grounds
    assert said({"findings": []}) == ((), ())


def test_an_unknown_rule_is_the_error_of_its_target() -> None:
    fields = {"source": "m.v", "permits": ["nested"]}
    target = COQ.module(fields, Address("lib", target_name="m"))
    assert "names 'nested', which is no rule" in (invalid_fields(target) or "")


def test_imports_that_are_refused_are_named() -> None:
    address = Address("lib", target_name="a")
    closure = WitnessedClosure(tuple((n, address, f"{n} is bad") for n in "ABCDM"), ())
    first, *_, last = import_messages("M", closure)
    assert first == "M rests on A (lib:a), which the independent check refuses. A is bad"
    assert last.endswith(": D")
