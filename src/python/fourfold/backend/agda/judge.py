"""Audit of one compiled module, and its re-check from the sources of its whole closure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, Iterable, Mapping, Sequence

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.compile import (
    AGDA_DRIVER,
    AgdaTrust,
    crashed,
    step_fields,
    without_progress,
)
from fourfold.backend.agda.target_types import AgdaSourceField
from fourfold.backend.agda.trusted import Trusted, literal_operators, unlooked_at_message
from fourfold.core.axiom_path import axiom_path
from fourfold.core.policy import Assumption
from fourfold.core.report import recheck_summary
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    determine_source_files,
    implicitly,
    rule,
)
from fourfold.prover.compiled import driver_answer, stopped
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import CompiledModule, CompiledModuleRequest, compiled_module
from fourfold.prover.judgement import claimed, own_claims, policy_of
from fourfold.prover.modules import ModuleMapRequest, map_modules
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import ProofTimeoutField, RecheckField, StatementsField
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeAgdaRequest(JudgeRequest):
    field_type = AgdaSourceField


@dataclass(frozen=True)
class AgdaStepRequest:
    """`audit` of the interface, or `recheck` of the file as it is written."""

    step: str
    module: CompiledModule


_STEP_NAMES = {"audit": "Audit", "recheck": "Re-check"}


@rule(desc="Run a step over compiled Agda modules", level=LogLevel.DEBUG)
async def run_agda_step(request: AgdaStepRequest) -> FallibleProcessResult:
    module, target = request.module, request.module.target
    library, source = await concurrently(
        add_prefix(AddPrefix(module.output.closure, "lib")),
        determine_source_files(source_request(target[AgdaSourceField])),
    )
    asked = {
        **step_fields(target, module.name, module.toolchain),
        "step": request.step,
        "modules": module.output.modules,
        "source": target[AgdaSourceField].proof_path,
        "timeout": target[ProofTimeoutField].value,
    }
    if request.step == "audit":
        asked["statements"] = sorted((target[StatementsField].value or {}).items())
    inputs = [library] if request.step == "audit" else [library, source.snapshot.digest]
    what = f"{_STEP_NAMES[request.step]} {module.name}"
    return await run_driver(AGDA_DRIVER, module.sandbox, module.toolchain, asked, inputs, what)


@dataclass(frozen=True)
class Account:
    """What each constant rests on, and where each axiom is declared, as file:line."""

    constants: Mapping[str, list[Assumption]]
    places: Mapping[str, str]


def account(answer: Mapping[str, Any], module: str, trust: AgdaTrust) -> Account:
    """From what the interface says that each definition uses, and what is taken on trust.

    No module imports one with postulates, so those are the module's own. Options, what is
    bound to builtins and the like count for all constants; where rewriting is on, so do all
    postulates: a rewrite rule leaves no trace in a proof.
    """
    axioms = {
        t.name: Assumption(t.name, t.statement, home=t.module)
        for t in trust.trusted
        if t.is_postulate
    }
    everywhere = [Assumption(t.name, home=t.module) for t in trust.trusted if not t.is_postulate]
    if any(t.name == "--rewriting" for t in trust.trusted):
        everywhere += axioms.values()
    constants = {}
    for shown in answer["kinds"]:
        reached = _reached(answer["uses"], answer["canonical"][shown])
        resting = {*everywhere, *(axioms[n] for n in reached if n in axioms)}
        constants[shown] = sorted(resting, key=lambda a: (a.name, a.home))
    for name, axiom in axioms.items():
        if axiom.home == module and name not in constants:
            constants[name] = sorted({axiom, *everywhere}, key=lambda a: (a.name, a.home))
    return Account(constants, {t.name: t.where for t in trust.trusted})


def _reached(uses: Mapping[str, Sequence[str]], start: str) -> set[str]:
    """What is reached from a constant, itself included."""
    found, todo = {start}, [start]
    while todo:
        following = [n for n in uses.get(todo.pop(), ()) if n not in found]
        found.update(following)
        todo += following
    return found


def answered_claims(
    names: Iterable[str],
    module: str,
    address: Address,
    modules: Iterable[str],
    constants: Collection[str],
) -> set[str]:
    """The names that a module answers for: `A.B.c` is of the file `A/B.agda`, and not of
    `A.agda` beside it, unless that one has it in a module inside."""
    longer = tuple(f"{m}." for m in modules if m.startswith(module + "."))
    return {
        n
        for n in own_claims(names, module, address)
        if n in constants or not longer or not n.startswith(longer)
    }


def recheck_messages(answer: Mapping[str, Any], module: str, timeout: int) -> list[str]:
    """Why the re-check failed; none is a pass."""
    if answer.get("accepted"):
        return []
    why = stopped(answer, timeout) or crashed(answer)
    why = why or f"it is rejected: {without_progress(answer['output'])}"
    return [f"{module}: the re-check from sources failed: {why}"]


def _unlooked_at(assumption: Assumption, told: Account, build: str) -> str | None:
    """The message for what is no axiom, and no option."""
    if Trusted("", assumption.name).is_postulate or assumption.name.startswith("--"):
        return None
    where = told.places.get(assumption.name, "")
    return unlooked_at_message(assumption.home, assumption.name, where, build)


@rule(desc="Judge an Agda module", level=LogLevel.DEBUG)
async def judge_agda(request: JudgeAgdaRequest) -> Judgement:
    module = await compiled_module(CompiledModuleRequest(request.address), **implicitly())
    findings, target = module.findings(), module.target
    if module.output is None:
        return findings.not_compiled(module.compiled)
    audit, recheck = (AgdaStepRequest(step, module) for step in ("audit", "recheck"))
    audited, rechecked = await concurrently(
        run_agda_step(audit, **implicitly()),
        run_agda_step(recheck if target[RecheckField].value else audit, **implicitly()),
    )
    answer = driver_answer(audited)
    findings.add_step("audit", answer.get("seconds", 0.0), audited, rechecked)
    failure = findings.audit_failure(answer)
    if failure is not None:
        return findings.refused(failure)

    told = account(answer, module.name, module.output.more)
    owners = await map_modules(ModuleMapRequest("agda"), **implicitly())
    policy = literal_operators(policy_of(target, module.setting.options.axioms))
    names, modules = {*claimed(target), *policy.ious}, owners.owners(module.toolchain.name)
    own = answered_claims(names, module.name, target.address, modules, told.constants)
    judged = findings.claim(policy, told.constants, answer, own=own)
    findings.forbid(
        judged,
        told.constants,
        lambda theorem, axiom: axiom_path(
            answer["uses"], answer["canonical"].get(theorem, theorem), axiom
        ),
        lambda axiom: _unlooked_at(axiom, told, f"{target.address.spec_path}/BUILD"),
        told.places,
    )
    summary = recheck_summary(() if target[RecheckField].value else (module.name,))
    if target[RecheckField].value:
        again = driver_answer(rechecked)
        findings.add_step("recheck", again.get("seconds", 0.0))
        refused = recheck_messages(again, module.name, target[ProofTimeoutField].value)
        findings.messages += refused
        summary = "re-check failed" if refused else summary
    return findings.concluded(judged, told.constants, summary, answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeAgdaRequest)]
