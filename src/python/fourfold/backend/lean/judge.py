"""Audit and kernel re-check of one compiled module."""

from __future__ import annotations

from typing import Any, Collection, Iterable, Mapping

from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, compile_lean
from fourfold.backend.lean.layout import (
    LEAN_DRIVER,
    SetUpLean,
    set_up_lean,
)
from fourfold.backend.lean.names import answers_for
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import LeanSourceField
from fourfold.core.axiom_path import axiom_path
from fourfold.core.report import THEOREM, recheck_summary
from fourfold.engine import (
    add_prefix,
    collect_rules,
    implicitly,
    rule,
)
from fourfold.prover.compiled import FallibleCompiled, driver_answer
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import begun, target_at
from fourfold.prover.judgement import (
    MAX_EXPLAINED,
    Constants,
    Findings,
    apply_to_module,
    audit_failure,
    constants_of,
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
from fourfold.prover.target_types import (
    ProofTimeoutField,
    RecheckField,
    StatementsField,
    TheoremsField,
)
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox
from fourfold.witness.judge import Judgement, JudgeRequest

_OPTION = "[lean].axioms"


class JudgeLeanRequest(JudgeRequest):
    field_type = LeanSourceField


def claims_of(target: Target) -> dict[str, str]:
    """The theorems that the target claims, each with its statement, or with ""."""
    return {
        **dict.fromkeys(target[TheoremsField].value or (), ""),
        **dict(target[StatementsField].value or {}),
    }


def own_by_name(
    names: Iterable[str], module: str, modules: Collection[str], target: Target
) -> set[str]:
    asked = [name for name in names if answers_for(name, module, modules)]
    return own_claims(asked, module, target.address)


def outside_messages(claims: Iterable[str], answer: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} is an unsafe or partial definition, which proves nothing"
        for name in sorted(claims)
        if name in answer["outside"]
    ]


def kinds_where_known(
    answer: Mapping[str, Any], constants: Constants, claims: Iterable[str]
) -> Mapping[str, str]:
    """After a failed re-check nothing is known, and that failure alone is reported."""
    if answer["refused"]:
        return dict.fromkeys(claims, THEOREM)
    return kinds_of(answer, "lean", constants)


async def _audit(
    target: Target,
    compiled: FallibleCompiled,
    toolchain: ProverToolchain,
    sandbox: ProofSandbox,
) -> FallibleProcessResult:
    assert compiled.output is not None
    asked = {
        "step": "audit",
        "modules": compiled.output.modules,
        "replay": target[RecheckField].value,
        "statements": sorted((n, s) for n, s in claims_of(target).items() if s),
        "timeout": target[ProofTimeoutField].value,
    }
    library = await add_prefix(AddPrefix(compiled.output.closure, "lib"))
    inputs = (toolchain.layout.auditor, library)
    what = f"Audit {compiled.module}"
    return await run_driver(LEAN_DRIVER, sandbox, toolchain, asked, inputs, what)


@rule(desc="Judge a Lean module", level=LogLevel.DEBUG)
async def judge_lean(
    request: JudgeLeanRequest,
    lean: LeanSubsystem,
    graph: ProofGraph,
    sandbox: ProofSandbox,
) -> Judgement:
    target = target_at(request.address, graph)
    toolchain = await set_up_lean(SetUpLean.of(target, lean), **implicitly())
    compiled = await compile_lean(
        CompileLeanRequest(graph.by_address[request.address]), **implicitly()
    )
    findings = begun(target, lean, compiled, toolchain, sandbox)
    if compiled.output is None:
        return not_compiled(findings, compiled)
    module_map = await map_modules(ModuleMapRequest("lean"), **implicitly())
    modules = tuple(module_map.owners(toolchain.name))
    result = await _audit(target, compiled, toolchain, sandbox)
    answer = driver_answer(result)
    findings.add_step("audit", answer.get("seconds", 0.0), result)
    failure = audit_failure(answer, compiled.module, target)
    if failure is not None:
        findings.messages.append(failure)
        return findings.refused()
    return _judged(findings, answer, target, compiled.module, modules, lean.axioms)


def _judged(
    findings: Findings,
    answer: Mapping[str, Any],
    target: Target,
    module: str,
    modules: tuple[str, ...],
    everywhere: Iterable[str],
) -> Judgement:
    constants = constants_of(answer)
    policy = policy_of(target, everywhere)
    own = own_by_name(policy.ious, module, modules, target)
    judged, drifted = apply_to_module(policy, constants, module, target.address, own)
    claims = claims_of(target)
    # One that a module has is its own, whatever it is called; the library answers for the rest.
    has = {n for n in claims if n in constants or n in answer["outside"]}
    own = own_by_name(claims, module, modules, target) | has
    kinds = kinds_where_known(answer, constants, claims)
    wrong = answer["wrong_statements"]
    findings.messages += [
        *missing_theorems(target, module, constants, wrong, kinds, own),
        *outside_messages(claims, answer),
        *drifted,
    ]
    if answer["refused"]:
        findings.messages.append(f"{module}: the re-check failed: {answer['refused']}")
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        theorem = resting_on(assumption, constants)[0]
        path = axiom_path(answer["uses"], theorem, assumption.name)
        findings.messages.append(
            forbidden_message(assumption, constants, path, target.address, _OPTION)
        )
    findings.messages += further_axioms(module, judged.forbidden[MAX_EXPLAINED:])
    summary = recheck_summary(() if target[RecheckField].value else (module,))
    if target[RecheckField].value and answer["refused"]:
        summary = "re-check failed"
    return findings.concluded(judged, constants, summary, answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeLeanRequest)]
