"""Audit and kernel re-check of one compiled module."""

from __future__ import annotations

from typing import Any

from pants.engine.fs import AddPrefix, Digest, MergeDigests
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import Target, WrappedTarget, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, FallibleCompiledLean
from fourfold.backend.lean.dependency_inference import LeanModuleMap, toolchain_of
from fourfold.backend.lean.names import answers_for
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import LeanSourceField, LeanToolchainField
from fourfold.backend.lean.toolchain import (
    LEAN_DRIVER,
    FallibleLeanToolchain,
    LeanToolchainRequest,
)
from fourfold.backend.prover.compiled import driver_answer
from fourfold.backend.prover.judge import Judgement, JudgeRequest
from fourfold.backend.prover.judgement import (
    MAX_EXPLAINED,
    apply_to_module,
    audit_failure,
    constants_of,
    forbidden_message,
    further_axioms,
    kinds_of,
    missing_theorems,
    not_compiled,
    of_compile,
    own_claims,
    policy_of,
    resting_on,
)
from fourfold.backend.prover.source_graph import ProofGraph
from fourfold.backend.prover.target_types import (
    LibrariesField,
    ProofTimeoutField,
    RecheckField,
    StatementsField,
    TheoremsField,
)
from fourfold.core.axiom_path import axiom_path
from fourfold.core.report import counted
from fourfold.core.verdict import Verdict
from fourfold.toolchains.sandbox import (
    ConfinedProcess,
    ConfinedResult,
    ProofSandbox,
    driver_request,
)

_OPTION = "[lean].axioms"


class JudgeLeanRequest(JudgeRequest):
    field_type = LeanSourceField


def required_of(target: Target, module: str, modules: tuple[str, ...]) -> dict[str, str]:
    """The theorems that this module must have, each with its statement, or with ""."""
    named = {name: "" for name in target[TheoremsField].value or ()}
    named.update(target[StatementsField].value or {})
    return {n: s for n, s in named.items() if answers_for(n, module, modules)}


def outside_messages(required: dict[str, str], answer: dict[str, Any]) -> list[str]:
    return [
        f"{name} is an unsafe or partial definition, which proves nothing"
        for name in sorted(required)
        if name in answer["outside"]
    ]


def recheck_summary(answer: dict[str, Any]) -> str:
    if answer["refused"]:
        return "re-check failed"
    unconfirmed = len(answer["unconfirmed"])
    left_out = f" but for {counted(unconfirmed, 'use')} of native code" if unconfirmed else ""
    return f"re-checked{left_out}"


@rule(desc="Judge a Lean module", level=LogLevel.DEBUG)
async def judge_lean(
    request: JudgeLeanRequest,
    lean: LeanSubsystem,
    graph: ProofGraph,
    module_map: LeanModuleMap,
    sandbox: ProofSandbox,
) -> Judgement:
    wrapped, compiled = await MultiGet(
        Get(
            WrappedTarget,
            WrappedTargetRequest(request.address, description_of_origin="the Lean audit"),
        ),
        Get(FallibleCompiledLean, CompileLeanRequest(graph.by_address[request.address])),
    )
    target = wrapped.target
    name = toolchain_of(target[LeanToolchainField], lean)
    toolchain = await Get(
        FallibleLeanToolchain,
        LeanToolchainRequest(name, target[LibrariesField].value or ()),
    )
    findings = of_compile(
        request.address, "lean", toolchain.name, toolchain.digest, sandbox.isolation, compiled
    )
    if compiled.output is None:
        return not_compiled(findings, compiled)
    assert toolchain.digest is not None  # it has compiled
    required = required_of(target, compiled.module, tuple(module_map.owners(name)))
    timeout = target[ProofTimeoutField].value
    library = await Get(Digest, AddPrefix(compiled.output.closure, "lib"))
    confined = await Get(
        ConfinedResult,
        ConfinedProcess(
            driver=LEAN_DRIVER,
            request=driver_request(
                sandbox,
                {
                    "step": "audit",
                    "modules": compiled.output.modules,
                    "replay": target[RecheckField].value,
                    "statements": sorted((n, s) for n, s in required.items() if s),
                    "timeout": timeout,
                },
            ),
            toolchain=toolchain.digest,
            system=toolchain.system,
            input_digest=await Get(Digest, MergeDigests([toolchain.auditor, library])),
            description=f"Audit {compiled.module} with {toolchain.name}",
            timeout_seconds=timeout,
        ),
    )
    result = confined.result
    answer = driver_answer(result)
    findings.add_step("audit", answer.get("seconds", 0.0), result)
    failure = audit_failure(answer, compiled.module, target)
    if failure is not None:
        findings.messages.append(failure)
        return findings.judgement(Verdict.HARD_ERROR)

    constants = constants_of(answer)
    policy = policy_of(target, lean.axioms)
    modules = tuple(module_map.owners(name))
    own_ious = [i for i in policy.ious if answers_for(i, compiled.module, modules)]
    judged, drifted = apply_to_module(
        policy,
        constants,
        compiled.module,
        request.address,
        own_claims(own_ious, compiled.module, request.address),
    )
    findings.messages += [
        *missing_theorems(
            target,
            compiled.module,
            constants,
            answer["wrong_statements"],
            kinds_of(answer, "lean", constants),
            own_claims(required, compiled.module, request.address).union(
                # A name of no module's: the library answers, if none of its modules has it.
                n for n in required if n in constants or n in answer["outside"]
            ),
        ),
        *outside_messages(required, answer),
        *drifted,
    ]
    if answer["refused"]:
        findings.messages.append(f"{compiled.module}: the re-check failed: {answer['refused']}")
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        theorem = resting_on(assumption, constants)[0]
        path = axiom_path(answer["mentions"], theorem, assumption.name)
        findings.messages.append(
            forbidden_message(assumption, constants, path, request.address, _OPTION)
        )
    findings.messages += further_axioms(compiled.module, judged.forbidden[MAX_EXPLAINED:])
    summary = recheck_summary(answer) if target[RecheckField].value else ""
    return findings.concluded(judged, constants, summary, answer)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeLeanRequest)]
