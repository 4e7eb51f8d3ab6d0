"""The judgement of a Coq module: compiled, audited against its policy, and re-checked."""

from __future__ import annotations

import fnmatch
from typing import Collection, Iterable

from pants.build_graph.address import Address
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk, independent
from fourfold.backend.coq.audit import CoqAuditRequest, audit_coq
from fourfold.backend.coq.composition import home_of, strangers
from fourfold.backend.coq.independent import (
    CoqWitnessRequest,
    WitnessedClosureRequest,
    witness_coq,
    witnessed_closure,
)
from fourfold.backend.coq.recheck import (
    CoqRecheckRequest,
    RecheckedClosureRequest,
    import_messages,
    recheck_coq,
    rechecked_closure,
)
from fourfold.backend.coq.statements import CoqStatementsRequest, compare_statements
from fourfold.backend.coq.steps import CoqStepRequest, run_coq_step
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqSourceField
from fourfold.core.axiom_path import axiom_path
from fourfold.core.policy import Assumption, AxiomPolicy
from fourfold.core.report import recheck_summary
from fourfold.engine import (
    collect_rules,
    concurrently,
    implicitly,
    rule,
)
from fourfold.prover.compiled import driver_answer
from fourfold.prover.judge import CompiledModule, CompiledModuleRequest, compiled_module
from fourfold.prover.judgement import (
    MAX_EXPLAINED,
    Constants,
    Findings,
    claimed,
    further_axioms,
    own_claims,
    policy_of,
    resting_on,
)
from fourfold.prover.modules import ModuleMapRequest, map_modules
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import RecheckField
from fourfold.prover.toolchain import ProverToolchain
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeCoqRequest(JudgeRequest):
    field_type = CoqSourceField


def _refused_plugins(loaded: list[str], permitted: tuple[str, ...], logical: str) -> list[str]:
    return [
        f"{logical} loads the OCaml plugin {name}, which is not among `[coq].ml_plugins`"
        for name in loaded
        if not any(fnmatch.fnmatchcase(name, glob) for glob in permitted)
    ]


async def _path(
    assumption: Assumption, constants: Constants, module: CompiledModule
) -> tuple[str, ...]:
    """From a theorem to the axiom."""
    step = CoqStepRequest(
        "explain",
        module.target.address,
        module.name,
        module.output,
        (("modules", module.output.modules), ("axiom", assumption.name)),
        whole_closure=True,
    )
    explained = await run_coq_step(step, **implicitly())
    mentions = driver_answer(explained).get("mentions", {})
    return axiom_path(mentions, resting_on(assumption, constants)[0], assumption.name)


def _own_claims(
    names: Iterable[str], module: str, address: Address, modules: Collection[str]
) -> set[str]:
    """A file `a/b.v` of `modules` answers for its names, `a.v` beside it does not."""
    inner = {m for m in modules if m.startswith(module + ".")}
    return {n for n in own_claims(names, module, address) if home_of(n, inner) is None}


async def _modules(toolchain: ProverToolchain) -> frozenset[str]:
    """All that the toolchain has, and what the repository has for it."""
    assert toolchain.layout is not None  # it has compiled
    owners = await map_modules(ModuleMapRequest("coq"), **implicitly())
    return toolchain.layout.modules | set(owners.owners(toolchain.name))


async def _rechecked(
    findings: Findings, module: CompiledModule, policy: AxiomPolicy, constants: Constants
) -> list[str]:
    """Messages for what the module's own re-check found."""
    rechecked = await recheck_coq(CoqRecheckRequest(module.target.address), **implicitly())
    answer = driver_answer(rechecked.results[-1])
    findings.add_step("recheck", answer.get("seconds", 0.0), *rechecked.results)
    return coqchk.judge(answer, module.name, policy, module.output.modules, constants)


@rule(desc="Judge a Coq module", level=LogLevel.DEBUG)
async def judge_coq(request: JudgeCoqRequest, coq: CoqSubsystem, graph: ProofGraph) -> Judgement:
    module = await compiled_module(CompiledModuleRequest(request.address), **implicitly())
    findings, target = module.findings(), module.target
    if module.output is None:
        return findings.not_compiled(module.compiled)
    component, checks = graph.by_address[request.address], target[RecheckField].value
    audit, statements, closure, witnessed, witness = await concurrently(
        audit_coq(CoqAuditRequest(request.address), **implicitly()),
        compare_statements(CoqStatementsRequest(request.address), **implicitly()),
        rechecked_closure(RecheckedClosureRequest(component, checks)),
        witnessed_closure(WitnessedClosureRequest(component)),
        witness_coq(CoqWitnessRequest(request.address), **implicitly()),
    )
    findings.add_step("audit", audit.seconds, *audit.results)
    findings.add_step("independent check", witness.seconds, witness.result)
    if audit.failure is not None:
        return findings.refused(audit.failure)

    if statements.results:
        findings.add_step("statements", statements.seconds, *statements.results)
    findings.messages += [statements.failure] if statements.failure else []

    constants = {name: list(found) for name, found in audit.constants.items()}
    policy, modules = policy_of(target, coq.axioms), await _modules(module.toolchain)
    judged = findings.claim(
        policy,
        constants,
        audit.answer,
        own=_own_claims({*policy.ious, *claimed(target)}, module.name, request.address, modules),
        wrong=statements.wrong,
        more=(
            # Said by the re-check, too, for those that import the module.
            *(f"{module.name}: {said}" for said in audit.answer["confused"] if not checks),
            *strangers(constants, policy, modules),
            *_refused_plugins(audit.answer["ml_modules"], coq.ml_plugins, module.name),
        ),
    )
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        path = await _path(assumption, constants, module)
        findings.messages.append(findings.forbidden_message(assumption, constants, path))
    findings.messages += further_axioms(module.name, judged.forbidden[MAX_EXPLAINED:])
    refused = import_messages(module.name, closure)
    if checks:
        refused += await _rechecked(findings, module, policy, constants)
    findings.messages += [
        *refused,
        *witness.messages,
        *independent.import_messages(module.name, witnessed),
    ]
    summary = "re-check failed" if refused else recheck_summary(closure.unchecked)
    check = independent.independent_check(witness, witnessed)
    return findings.concluded(judged, constants, summary, audit.answer, check)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeCoqRequest)]
