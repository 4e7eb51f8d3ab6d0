"""Audit of one compiled module, and its re-check from the sources of its whole closure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, Iterable, Mapping, Sequence

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.compile import (
    AGDA_DRIVER,
    CompileAgdaRequest,
    CompiledAgda,
    compile_agda,
    crashed,
    step_fields,
    without_progress,
)
from fourfold.backend.agda.layout import SetUpAgda, set_up_agda
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import AgdaSourceField
from fourfold.backend.agda.trusted import Trusted, literal_operators, unlooked_at_message
from fourfold.core.axiom_path import axiom_path
from fourfold.core.policy import Assumption, PolicyResult
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
from fourfold.prover.judge import begun, target_at
from fourfold.prover.judgement import (
    MAX_EXPLAINED,
    apply_to_module,
    audit_failure,
    claimed,
    forbidden_message,
    further_axioms,
    kinds_of,
    missing_theorems,
    not_compiled,
    own_claims,
    policy_of,
    resting_on,
)
from fourfold.prover.modules import ModuleMapRequest, map_modules
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import (
    ProofTimeoutField,
    RecheckField,
    StatementsField,
)
from fourfold.sandbox.confined import ProofSandbox
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeAgdaRequest(JudgeRequest):
    field_type = AgdaSourceField


@dataclass(frozen=True)
class AgdaStepRequest:
    """One step of the driver over a closure; `request` adds to its JSON."""

    step: str
    address: Address
    output: CompiledAgda
    request: tuple[tuple[str, Any], ...] = ()


_STEP_NAMES = {"audit": "Audit", "recheck": "Re-check"}


@rule(desc="Run a step over compiled Agda modules", level=LogLevel.DEBUG)
async def run_agda_step(
    request: AgdaStepRequest, agda: AgdaSubsystem, graph: ProofGraph, sandbox: ProofSandbox
) -> FallibleProcessResult:
    target = graph.by_address[request.address].representative
    toolchain = await set_up_agda(SetUpAgda.of(target, agda))
    library, source = await concurrently(
        add_prefix(AddPrefix(request.output.closure, "lib")),
        determine_source_files(source_request(target[AgdaSourceField])),
    )
    # The audit is of the interface; the re-check reads the file as it is written.
    read = request.step == "recheck"
    inputs = [library, source.snapshot.digest] if read else [library]
    asked = {
        **step_fields(target, toolchain, source.snapshot.files[0]),
        **dict(request.request),
        "step": request.step,
        "modules": request.output.modules,
    }
    what = f"{_STEP_NAMES[request.step]} {request.output.modules[-1]}"
    return await run_driver(AGDA_DRIVER, sandbox, toolchain, asked, inputs, what)


@dataclass(frozen=True)
class Account:
    """What each constant rests on, and where each axiom is declared, as file:line."""

    constants: Mapping[str, list[Assumption]]
    places: Mapping[str, str]


def account(answer: Mapping[str, Any], module: str, output: CompiledAgda) -> Account:
    """From what the interface says that each definition uses, and what is taken on trust.

    No module imports one with postulates, so those are the module's own. Options, what is
    bound to builtins and the like count for all constants; where rewriting is on, so do all
    postulates: a rewrite rule leaves no trace in a proof.
    """
    axioms = {
        t.name: Assumption(t.name, t.statement, home=t.module)
        for t in output.trusted
        if t.is_postulate
    }
    everywhere = [Assumption(t.name, home=t.module) for t in output.trusted if not t.is_postulate]
    if any(t.name == "--rewriting" for t in output.trusted):
        everywhere += axioms.values()
    constants = {}
    for shown in answer["kinds"]:
        reached = _reached(answer["uses"], answer["canonical"][shown])
        resting = {*everywhere, *(axioms[n] for n in reached if n in axioms)}
        constants[shown] = sorted(resting, key=lambda a: (a.name, a.home))
    for name, axiom in axioms.items():
        if axiom.home == module and name not in constants:
            constants[name] = sorted({axiom, *everywhere}, key=lambda a: (a.name, a.home))
    return Account(constants, {t.name: t.where for t in output.trusted})


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


def _forbidden(
    assumption: Assumption, told: Account, answer: Mapping[str, Any], target: Target
) -> str:
    where = told.places.get(assumption.name, "")
    if not (Trusted("", assumption.name).is_postulate or assumption.name.startswith("--")):
        build = f"{target.address.spec_path}/BUILD"
        return unlooked_at_message(assumption.home, assumption.name, where, build)
    theorem = resting_on(assumption, told.constants)[0]
    canonical = answer["canonical"].get(theorem, theorem)
    path = axiom_path(answer["uses"], canonical, assumption.name)
    return forbidden_message(
        assumption, told.constants, path, target.address, "[agda].axioms", where
    )


def _judged(
    told: Account,
    answer: Mapping[str, Any],
    target: Target,
    module: str,
    agda: AgdaSubsystem,
    modules: Iterable[str],
) -> tuple[PolicyResult, list[str]]:
    """What the policy says of the module, and a message for each claim or axiom that is refused."""
    policy = literal_operators(policy_of(target, agda.axioms))
    claims = claimed(target)
    own = answered_claims({*claims, *policy.ious}, module, target.address, modules, told.constants)
    judged, drifted = apply_to_module(
        policy, told.constants, module, target.address, own.intersection(policy.ious)
    )
    return judged, [
        *missing_theorems(
            target,
            module,
            told.constants,
            answer["wrong_statements"],
            kinds_of(answer, "agda", told.constants),
            own.intersection(claims),
        ),
        *drifted,
        *(
            _forbidden(assumption, told, answer, target)
            for assumption in judged.forbidden[:MAX_EXPLAINED]
        ),
        *further_axioms(module, judged.forbidden[MAX_EXPLAINED:]),
    ]


@rule(desc="Judge an Agda module", level=LogLevel.DEBUG)
async def judge_agda(
    request: JudgeAgdaRequest,
    agda: AgdaSubsystem,
    graph: ProofGraph,
    sandbox: ProofSandbox,
) -> Judgement:
    target = target_at(request.address, graph)
    toolchain = await set_up_agda(SetUpAgda.of(target, agda))
    compiled = await compile_agda(
        CompileAgdaRequest(graph.by_address[request.address]), **implicitly()
    )
    findings = begun(target, agda, compiled, toolchain, sandbox)
    if compiled.output is None:
        return not_compiled(findings, compiled)
    statements = dict(target[StatementsField].value or {})
    audit_step = AgdaStepRequest(
        "audit",
        request.address,
        compiled.output,
        (("statements", tuple(sorted(statements.items()))),),
    )
    recheck_step = AgdaStepRequest("recheck", request.address, compiled.output)
    audited, rechecked = await concurrently(
        run_agda_step(audit_step, **implicitly()),
        run_agda_step(recheck_step if target[RecheckField].value else audit_step, **implicitly()),
    )
    answer = driver_answer(audited)
    findings.add_step("audit", answer.get("seconds", 0.0), audited, rechecked)
    failure = audit_failure({**answer, "constants": {}}, compiled.module, target)
    if failure is not None or "kinds" not in answer:
        findings.messages.append(failure or f"{compiled.module}: the axiom audit gave no answer")
        return findings.refused()

    told = account(answer, compiled.module, compiled.output)
    owners = await map_modules(ModuleMapRequest("agda"), **implicitly())
    modules = owners.owners(toolchain.name)
    judged, messages = _judged(told, answer, target, compiled.module, agda, modules)
    findings.messages += messages
    summary = recheck_summary(() if target[RecheckField].value else (compiled.module,))
    if target[RecheckField].value:
        again = driver_answer(rechecked)
        findings.add_step("recheck", again.get("seconds", 0.0))
        refused = recheck_messages(again, compiled.module, target[ProofTimeoutField].value)
        findings.messages += refused
        summary = "re-check failed" if refused else summary
    return findings.concluded(judged, told.constants, summary, answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeAgdaRequest)]
