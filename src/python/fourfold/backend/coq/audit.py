"""Audit and kernel re-check of one compiled module, on full .vo files only."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix, Digest
from pants.engine.process import FallibleProcessResult, Process
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import WrappedTarget, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.compile import (
    COQ_DRIVER,
    CompileCoqRequest,
    CompiledCoq,
    FallibleCompiledCoq,
)
from fourfold.backend.coq.dependency_inference import toolchain_of
from fourfold.backend.coq.names import root_of
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqFlagsField,
    CoqSourceField,
    CoqToolchainField,
)
from fourfold.backend.coq.toolchain import CoqToolchainRequest, FallibleCoqToolchain
from fourfold.backend.prover.compiled import driver_answer
from fourfold.backend.prover.judge import Judgement, JudgeRequest
from fourfold.backend.prover.judgement import (
    MAX_EXPLAINED,
    Constants,
    apply_to_module,
    audit_failure,
    constants_of,
    forbidden_message,
    further_axioms,
    missing_theorems,
    not_compiled,
    of_compile,
    policy_of,
    resting_on,
    theorem_reports,
)
from fourfold.backend.prover.source_graph import ProofGraph
from fourfold.backend.prover.target_types import (
    LibrariesField,
    ProofTimeoutField,
    RecheckField,
    StatementsField,
)
from fourfold.core.axiom_path import axiom_path
from fourfold.core.policy import Assumption
from fourfold.core.verdict import Verdict
from fourfold.toolchains.sandbox import ConfinedProcess, ProofSandbox, driver_request


class JudgeCoqRequest(JudgeRequest):
    field_type = CoqSourceField


@dataclass(frozen=True)
class CoqStepRequest:
    """One step of the driver over the full files of a closure; `request` adds to its JSON."""

    step: str
    address: Address
    logical: str
    output: CompiledCoq
    request: tuple[tuple[str, Any], ...] = ()


@rule(desc="Run a step over compiled Coq modules", level=LogLevel.DEBUG)
async def run_coq_step(
    request: CoqStepRequest, coq: CoqSubsystem, sandbox: ProofSandbox
) -> FallibleProcessResult:
    wrapped = await Get(
        WrappedTarget,
        WrappedTargetRequest(request.address, description_of_origin="the Coq audit"),
    )
    target = wrapped.target
    toolchain = await Get(
        FallibleCoqToolchain,
        CoqToolchainRequest(
            toolchain_of(target[CoqToolchainField], coq), target[LibrariesField].value or ()
        ),
    )
    assert toolchain.digest is not None and toolchain.layout is not None  # it has compiled
    timeout = target[ProofTimeoutField].value
    process = await Get(
        Process,
        ConfinedProcess(
            driver=COQ_DRIVER,
            request=driver_request(
                sandbox,
                {
                    **toolchain.layout.request_fields(),
                    **dict(request.request),
                    "step": request.step,
                    "logical": request.logical,
                    "own_root": root_of(request.logical),
                    "roots": request.output.roots,
                    "flags": list(target[CoqFlagsField].value or ()),
                    "timeout": timeout,
                },
            ),
            toolchain=toolchain.digest,
            input_digest=await Get(Digest, AddPrefix(request.output.full_closure, "lib")),
            description=f"{_STEP_NAMES[request.step]} {request.logical} with {toolchain.name}",
            timeout_seconds=timeout,
        ),
    )
    return await Get(FallibleProcessResult, Process, process)


_STEP_NAMES = {"audit": "Audit", "recheck": "Re-check", "explain": "Trace an axiom of"}


def _refused_plugins(
    loaded: list[str], permitted: tuple[str, ...], logical: str
) -> list[str]:
    return [
        f"{logical} loads the OCaml plugin {name}, which is not among `[coq].ml_plugins`"
        for name in loaded
        if not any(fnmatch.fnmatchcase(name, glob) for glob in permitted)
    ]


async def _forbidden(
    assumption: Assumption,
    constants: Constants,
    compiled: FallibleCompiledCoq,
    address: Address,
) -> str:
    assert compiled.output is not None
    theorem = resting_on(assumption, constants)[0]
    explained = await Get(
        FallibleProcessResult,
        CoqStepRequest(
            "explain",
            address,
            compiled.module,
            compiled.output,
            (("modules", compiled.output.modules), ("axiom", assumption.name)),
        ),
    )
    mentions = driver_answer(explained).get("mentions", {})
    path = axiom_path(mentions, theorem, assumption.name)
    return forbidden_message(assumption, constants, path, address, "[coq].axioms")


@rule(desc="Judge a Coq module", level=LogLevel.DEBUG)
async def judge_coq(
    request: JudgeCoqRequest, coq: CoqSubsystem, graph: ProofGraph, sandbox: ProofSandbox
) -> Judgement:
    wrapped, compiled = await MultiGet(
        Get(
            WrappedTarget,
            WrappedTargetRequest(request.address, description_of_origin="the Coq audit"),
        ),
        Get(FallibleCompiledCoq, CompileCoqRequest(graph.by_address[request.address])),
    )
    target = wrapped.target
    toolchain = await Get(
        FallibleCoqToolchain,
        CoqToolchainRequest(
            toolchain_of(target[CoqToolchainField], coq), target[LibrariesField].value or ()
        ),
    )
    facts = dict(
        target=request.address.spec,
        prover="coq",
        toolchain=toolchain.name,
        toolchain_digest=toolchain.digest.fingerprint if toolchain.digest else "",
        isolation=sandbox.isolation,
    )
    findings = of_compile(facts, compiled)
    if compiled.output is None:
        return not_compiled(findings, compiled)
    statements = dict(target[StatementsField].value or {})
    step = dict(address=request.address, logical=compiled.module, output=compiled.output)
    audit_step = CoqStepRequest(
        "audit", **step, request=(("statements", tuple(sorted(statements.items()))),)
    )
    audited, rechecked = await MultiGet(
        Get(FallibleProcessResult, CoqStepRequest, audit_step),
        Get(
            FallibleProcessResult,
            # A target that opts out asks for the audit twice, which the engine runs once.
            CoqStepRequest,
            CoqStepRequest("recheck", **step) if target[RecheckField].value else audit_step,
        ),
    )
    audit = driver_answer(audited)
    findings.add_step("audit", audit.get("seconds", 0.0), audited, rechecked)
    failure = audit_failure(audit, compiled.module, target)
    if failure is not None:
        findings.messages.append(failure)
        return findings.judgement(Verdict.HARD_ERROR)

    constants = constants_of(audit)
    policy = policy_of(target, coq.axioms)
    judged, drifted = apply_to_module(policy, constants, compiled.module, request.address)
    findings.messages += [
        *missing_theorems(target, compiled.module, constants, audit["wrong_statements"]),
        *_refused_plugins(audit["ml_modules"], coq.ml_plugins, compiled.module),
        *drifted,
    ]
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        findings.messages.append(
            await _forbidden(assumption, constants, compiled, request.address)
        )
    findings.messages += further_axioms(compiled.module, judged.forbidden[MAX_EXPLAINED:])
    recheck_summary = ""
    if target[RecheckField].value:
        answer = driver_answer(rechecked)
        findings.add_step("recheck", answer.get("seconds", 0.0))
        checked = coqchk.judge(answer, compiled.module, policy)
        findings.messages += checked
        recheck_summary = "re-check failed" if checked else "re-checked"
    return findings.judgement(
        judged.verdict,
        theorems=theorem_reports(constants),
        ious=judged.open_ious,
        kernel_recheck=recheck_summary,
    )


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeCoqRequest)]
