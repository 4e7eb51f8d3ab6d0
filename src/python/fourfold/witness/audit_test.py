"""What `audit` judges, without judging it: no process is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pants.build_graph.address import Address
from pants.core.goals.test import TestFieldSet, TestRequest
from pants.engine.target import COMMON_TARGET_FIELDS, Target
from pants.engine.unions import UnionMembership
from pants.option.subsystem import Subsystem

from fourfold.core.audit import Audited
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.prover.target_types import ProofSourceField, SkipProverField
from fourfold.witness.audit import agreement_problems, select, source_of
from fourfold.witness.judge import JudgeRequest


class FakeModule(Target):
    alias = "fake_module"
    core_fields = (*COMMON_TARGET_FIELDS, ProofSourceField, SkipProverField)


class Prose(Target):
    alias = "prose"
    core_fields = COMMON_TARGET_FIELDS


class FakeProver(Subsystem):
    options_scope = "fake"
    help = "Stands for a prover that is never run."


@dataclass(frozen=True)
class FakeFieldSet(TestFieldSet):
    required_fields = (ProofSourceField,)

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class FakeTest(TestRequest):
    tool_subsystem = FakeProver
    field_set_type = FakeFieldSet


class JudgeFake(JudgeRequest):
    field_type = ProofSourceField


UNIONS = UnionMembership({JudgeRequest: [JudgeFake], TestRequest: [FakeTest]})


def module(name: str, **fields: Any) -> Target:
    return FakeModule({"source": f"{name}.v", **fields}, Address("lib", target_name=name))


def test_what_test_would_judge_is_judged() -> None:
    targets = [module("a"), module("b", skip_prover=True), Prose({}, Address("lib"))]
    (selected,) = select(targets, UNIONS, ())
    assert selected.target is targets[0] and selected.backend == "fake"
    assert select(targets, UNIONS, ("fake",)) == [selected]


def test_an_empty_selection_is_an_error() -> None:
    for targets in ([], [Prose({}, Address("lib"))], [module("b", skip_prover=True)]):
        with pytest.raises(ValueError, match="Nothing here can be judged"):
            select(targets, UNIONS, ())


def test_an_unknown_backend_lists_those_that_exist() -> None:
    with pytest.raises(ValueError, match="names coqq, .* targets of: fake"):
        select([module("a")], UNIONS, ("coqq",))


def test_a_source_is_its_address_without_the_toolchain() -> None:
    address = Address(
        "lib",
        target_name="t",
        parameters={"toolchain": "coq-8.20", "resolve": "r"},
        relative_file_path="a.v",
    )
    assert source_of(address) == "lib/a.v:t@resolve=r"
    generated = Address("lib", generated_name="library", parameters={"toolchain": "coq-8.20"})
    assert source_of(generated) == "lib#library"


def test_agreement_of_nothing_is_a_problem() -> None:
    one = Audited(Report("a", "coq", Verdict.CLEAN, toolchain="coq-8.20"), "coq", "a")
    (problem,), said = agreement_problems([one])
    assert "parametrize" in problem and said.startswith("0 sources")
    other = Audited(Report("a", "coq", Verdict.CLEAN, toolchain="coq-8.16"), "coq", "a")
    assert agreement_problems([one, other]) == ([], "1 source judged by two versions or more")
