"""The judgement of a library, with a fake prover: no process is run."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

from pants.build_graph.address import Address
from pants.engine.environment import EnvironmentName
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    Target,
    Targets,
    WrappedTarget,
)
from pants.engine.unions import UnionMembership

from fourfold.core.report import Report, TheoremReport
from fourfold.core.verdict import Verdict
from fourfold.prover.library import (
    JudgeLibraryRequest,
    LoadedLibrary,
    LoadLibraryRequest,
    judge_library,
)
from fourfold.prover.library_targets import LIBRARY_FIELDS, LibraryModulesField
from fourfold.prover.target_types import PROOF_FIELDS, ProofSourceField
from fourfold.rule_testing import run_rule
from fourfold.witness.judge import Judgement, JudgeRequest


class FakeModulesField(LibraryModulesField):
    pass


class FakeModule(Target):
    alias = "fake_module"
    core_fields = (*COMMON_TARGET_FIELDS, ProofSourceField, *PROOF_FIELDS)


class FakeLibrary(Target):
    alias = "fake_library"
    core_fields = (FakeModulesField, *LIBRARY_FIELDS)


class JudgeFakeModule(JudgeRequest):
    field_type = ProofSourceField


class LoadFakeLibrary(LoadLibraryRequest):
    """Stands for a prover that loads a whole library: it runs none."""

    field_type = FakeModulesField


UNIONS = UnionMembership({JudgeRequest: [JudgeFakeModule], LoadLibraryRequest: [LoadFakeLibrary]})
ADDRESS = Address("lib", generated_name="library")


def module(name: str, **fields: Any) -> Target:
    address = Address("lib", relative_file_path=f"{name}.v")
    return FakeModule({"source": f"{name}.v", **fields}, address)


def judged(name: str, verdict: Verdict = Verdict.CLEAN) -> Report:
    theorems = (TheoremReport(f"Lib.{name}.t"),)
    return Report(
        f"lib/{name}.v",
        "fake",
        verdict,
        module=f"Lib.{name}",
        theorems=theorems,
        kernel_recheck="re-checked",
    )


def judge(
    modules: dict[Target, Optional[Report]], loaded: LoadedLibrary, **fields: Any
) -> tuple[Report, list[LoadFakeLibrary]]:
    """The library's report, and what the fake prover was asked to load.

    A module without a report must not be judged.
    """
    library = FakeLibrary(fields, ADDRESS)
    asked: list[LoadFakeLibrary] = []

    def judge_module(given: dict[JudgeFakeModule, type]) -> Judgement:
        ((request, _), _) = given.items()
        report = next(r for m, r in modules.items() if m.address == request.address)
        assert report is not None
        return Judgement(report)

    def load(given: dict[LoadFakeLibrary, type]) -> LoadedLibrary:
        asked.append(next(iter(given)))
        return loaded

    judgement = run_rule(
        judge_library,
        (JudgeLibraryRequest(ADDRESS), UNIONS, EnvironmentName(None)),
        resolve_target=lambda *_: WrappedTarget(library),
        resolve_targets=lambda *_: Targets(modules),
        judge=judge_module,
        load_library=load,
    )
    return judgement.report, asked


TWO = {module("a"): judged("a"), module("b"): judged("b")}


def test_a_library_is_loaded_in_one_process() -> None:
    report, asked = judge(TWO, LoadedLibrary())
    assert report.summary() == "clean: 2 modules, loaded together, re-checked"
    assert [a.modules for a in asked] == [tuple(m.address for m in TWO)]


def test_modules_that_are_clean_one_by_one_and_inconsistent_together() -> None:
    report, _ = judge(TWO, LoadedLibrary(("universe inconsistency",)))
    assert report.verdict is Verdict.HARD_ERROR
    assert report.messages == ("universe inconsistency",)


def test_a_library_with_a_failed_module_is_not_loaded() -> None:
    modules = {**TWO, module("c"): judged("c", Verdict.HARD_ERROR)}
    report, asked = judge(modules, LoadedLibrary())
    assert report.verdict is Verdict.HARD_ERROR and not asked
    assert "these modules failed, and the library with them: Lib.c (lib/c.v)" in report.messages[-1]


def test_claims_are_judged_as_a_whole() -> None:
    names = ["Lib.a.t", "Lib.c.t"]
    claiming = {module(m, theorems=names): judged(m) for m in "ab"}
    report, _ = judge(claiming, LoadedLibrary(), theorems=names)
    assert report.verdict is Verdict.HARD_ERROR
    assert "the theorem Lib.c.t, claimed in lib/BUILD, does not exist" in report.messages[0]


def test_problems_of_the_generator_are_those_of_its_library() -> None:
    report, _ = judge(TWO, LoadedLibrary(), problems=["no file matches"])
    assert report.verdict is Verdict.HARD_ERROR and report.messages == ("no file matches",)


def test_a_skipped_module_meets_no_claim_of_a_library_that_is_tested() -> None:
    modules = {module("a", skip_prover=True): None, module("b"): judged("b")}
    report, _ = judge(modules, LoadedLibrary(), theorems=["Lib.a.t"])
    assert report.verdict is Verdict.HARD_ERROR
    assert "1 module with `skip_prover` met no claim" in report.messages[1]


def test_an_absent_prover_leaves_the_library_open() -> None:
    missing = Report("lib/a.v", "fake", Verdict.NOT_AVAILABLE, ("no prover",), module="Lib.a")
    report, asked = judge({module("a"): missing, module("b"): judged("b")}, LoadedLibrary())
    assert report.verdict is Verdict.NOT_AVAILABLE and report.messages == ("no prover",)
    assert not asked


def test_a_library_without_modules_is_not_clean() -> None:
    report, asked = judge({}, LoadedLibrary())
    assert report.verdict is Verdict.HARD_ERROR and not asked
    assert "no module to judge" in report.messages[0]


def test_a_library_is_not_called_re_checked_if_a_module_of_it_is_not() -> None:
    one, two = judged("one"), judged("two")
    two = dataclasses.replace(two, kernel_recheck="re-check: not of Lib.base")
    report, _ = judge({module("one"): one, module("two"): two}, LoadedLibrary())
    assert report.kernel_recheck == "re-check: not of Lib.two" and report.without_recheck
