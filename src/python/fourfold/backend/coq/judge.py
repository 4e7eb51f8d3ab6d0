"""The judgement of a Coq module: compiled, audited against its policy, and re-checked."""

from __future__ import annotations

import fnmatch
from typing import Collection, Iterable

from pants.build_graph.address import Address
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.audit import CoqAuditRequest, audit_coq
from fourfold.backend.coq.compile import CompileCoqRequest, compile_coq
from fourfold.backend.coq.composition import home_of, strangers
from fourfold.backend.coq.layout import SetUpCoq, set_up_coq
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
from fourfold.prover.compiled import FallibleCompiled, driver_answer
from fourfold.prover.judge import begun, target_at
from fourfold.prover.judgement import (
    MAX_EXPLAINED,
    Constants,
    Findings,
    apply_to_module,
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
from fourfold.prover.target_types import RecheckField
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeCoqRequest(JudgeRequest):
    field_type = CoqSourceField


def _refused_plugins(loaded: list[str], permitted: tuple[str, ...], logical: str) -> list[str]:
    return [
        f"{logical} loads the OCaml plugin {name}, which is not among `[coq].ml_plugins`"
        for name in loaded
        if not any(fnmatch.fnmatchcase(name, glob) for glob in permitted)
    ]


async def _forbidden(
    assumption: Assumption,
    constants: Constants,
    compiled: FallibleCompiled,
    address: Address,
) -> str:
    assert compiled.output is not None
    theorem = resting_on(assumption, constants)[0]
    explained = await run_coq_step(
        CoqStepRequest(
            "explain",
            address,
            compiled.module,
            compiled.output,
            (("modules", compiled.output.modules), ("axiom", assumption.name)),
            whole_closure=True,
        ),
        **implicitly(),
    )
    mentions = driver_answer(explained).get("mentions", {})
    path = axiom_path(mentions, theorem, assumption.name)
    return forbidden_message(assumption, constants, path, address, "[coq].axioms")


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
    findings: Findings,
    compiled: FallibleCompiled,
    policy: AxiomPolicy,
    constants: Constants,
    address: Address,
) -> list[str]:
    """Messages for what the module's own re-check found."""
    assert compiled.output is not None
    rechecked = await recheck_coq(CoqRecheckRequest(address), **implicitly())
    answer = driver_answer(rechecked.results[-1])
    findings.add_step("recheck", answer.get("seconds", 0.0), *rechecked.results)
    return coqchk.judge(answer, compiled.module, policy, compiled.output.modules, constants)


@rule(desc="Judge a Coq module", level=LogLevel.DEBUG)
async def judge_coq(
    request: JudgeCoqRequest,
    coq: CoqSubsystem,
    graph: ProofGraph,
    sandbox: ProofSandbox,
) -> Judgement:
    target = target_at(request.address, graph)
    toolchain = await set_up_coq(SetUpCoq.of(target, coq))
    compiled = await compile_coq(
        CompileCoqRequest(graph.by_address[request.address]), **implicitly()
    )
    findings = begun(target, coq, compiled, toolchain, sandbox)
    if compiled.output is None:
        return not_compiled(findings, compiled)
    component, checks = graph.by_address[request.address], target[RecheckField].value
    audit, statements, closure = await concurrently(
        audit_coq(CoqAuditRequest(request.address), **implicitly()),
        compare_statements(CoqStatementsRequest(request.address), **implicitly()),
        rechecked_closure(RecheckedClosureRequest(component, checks)),
    )
    findings.add_step("audit", audit.seconds, *audit.results)
    if audit.failure is not None:
        findings.messages.append(audit.failure)
        return findings.refused()

    if statements.results:
        findings.add_step("statements", statements.seconds, *statements.results)
    findings.messages += [statements.failure] if statements.failure else []

    constants = {name: list(found) for name, found in audit.constants.items()}
    kinds, policy = kinds_of(audit.answer, "coq", constants), policy_of(target, coq.axioms)
    modules = await _modules(toolchain)
    ious, theorems = (
        _own_claims(names, compiled.module, request.address, modules)
        for names in (policy.ious, claimed(target))
    )
    judged, drifted = apply_to_module(policy, constants, compiled.module, request.address, ious)
    findings.messages += [
        *missing_theorems(target, compiled.module, constants, statements.wrong, kinds, theorems),
        # Said by the re-check, too, for those that import the module.
        *(f"{compiled.module}: {said}" for said in audit.answer["confused"] if not checks),
        *strangers(constants, policy, modules),
        *_refused_plugins(audit.answer["ml_modules"], coq.ml_plugins, compiled.module),
        *drifted,
    ]
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        findings.messages.append(await _forbidden(assumption, constants, compiled, request.address))
    findings.messages += further_axioms(compiled.module, judged.forbidden[MAX_EXPLAINED:])
    refused = import_messages(compiled.module, closure)
    if checks:
        refused += await _rechecked(findings, compiled, policy, constants, request.address)
    findings.messages += refused
    summary = "re-check failed" if refused else recheck_summary(closure.unchecked)
    return findings.concluded(judged, constants, summary, audit.answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeCoqRequest)]
