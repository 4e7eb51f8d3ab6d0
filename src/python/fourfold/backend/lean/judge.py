"""Audit and kernel re-check of one compiled module."""

from __future__ import annotations

from typing import Any, Collection, Iterable, Mapping

from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.layout import LEAN_DRIVER
from fourfold.backend.lean.names import answers_for
from fourfold.backend.lean.target_types import LeanSourceField
from fourfold.core.axiom_path import axiom_path
from fourfold.core.report import THEOREM, recheck_summary
from fourfold.engine import add_prefix, collect_rules, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import CompiledModule, CompiledModuleRequest, compiled_module
from fourfold.prover.judgement import (
    Findings,
    claimed,
    constants_of,
    kinds_of,
    own_claims,
    policy_of,
)
from fourfold.prover.modules import ModuleMapRequest, map_modules
from fourfold.prover.target_types import ProofTimeoutField, RecheckField, StatementsField
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeLeanRequest(JudgeRequest):
    field_type = LeanSourceField


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


def kinds_where_known(answer: Mapping[str, Any], claims: Iterable[str]) -> Mapping[str, str]:
    """After a failed re-check nothing is known, and that failure alone is reported."""
    return dict.fromkeys(claims, THEOREM) if answer["refused"] else kinds_of(answer)


async def _audit(module: CompiledModule) -> FallibleProcessResult:
    target, toolchain = module.target, module.toolchain
    asked = {
        "step": "audit",
        "modules": module.output.modules,
        "replay": target[RecheckField].value,
        "statements": sorted((n, s) for n, s in (target[StatementsField].value or {}).items() if s),
        "timeout": target[ProofTimeoutField].value,
    }
    library = await add_prefix(AddPrefix(module.output.closure, "lib"))
    inputs, what = (toolchain.layout.auditor, library), f"Audit {module.name}"
    return await run_driver(LEAN_DRIVER, module.sandbox, toolchain, asked, inputs, what)


@rule(desc="Judge a Lean module", level=LogLevel.DEBUG)
async def judge_lean(request: JudgeLeanRequest) -> Judgement:
    module = await compiled_module(CompiledModuleRequest(request.address), **implicitly())
    findings = module.findings()
    if module.output is None:
        return findings.not_compiled(module.compiled)
    owners = await map_modules(ModuleMapRequest("lean"), **implicitly())
    result = await _audit(module)
    answer = driver_answer(result)
    findings.add_step("audit", answer.get("seconds", 0.0), result)
    failure = findings.audit_failure(answer)
    if failure is not None:
        return findings.refused(failure)
    modules = tuple(owners.owners(module.toolchain.name))
    return _judged(findings, answer, modules, module.setting.options.axioms)


def _judged(
    findings: Findings,
    answer: Mapping[str, Any],
    modules: tuple[str, ...],
    everywhere: Iterable[str],
) -> Judgement:
    target, module, constants = findings.target, findings.module, constants_of(answer)
    policy, claims = policy_of(target, everywhere), claimed(target)
    # One that a module has is its own, whatever it is called; the library answers for the rest.
    has = {n for n in claims if n in constants or n in answer["outside"]}
    judged = findings.claim(
        policy,
        constants,
        answer,
        own=own_by_name({*claims, *policy.ious}, module, modules, target) | has,
        kinds=kinds_where_known(answer, claims),
        more=outside_messages(claims, answer),
    )
    if answer["refused"]:
        findings.messages.append(f"{module}: the re-check failed: {answer['refused']}")
    findings.forbid(judged, constants, lambda t, axiom: axiom_path(answer["uses"], t, axiom))
    summary = recheck_summary(() if target[RecheckField].value else (module,))
    if target[RecheckField].value and answer["refused"]:
        summary = "re-check failed"
    return findings.concluded(judged, constants, summary, answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeLeanRequest)]
