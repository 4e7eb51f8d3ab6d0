"""Audit and kernel re-check of one compiled module, on full .vo files only."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any, Mapping

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix, Digest
from pants.engine.process import FallibleProcessResult, Process
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import Target, WrappedTarget, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.compile import (
    COQ_DRIVER,
    CompileCoqRequest,
    CompiledCoq,
    FallibleCompiledCoq,
    driver_answer,
)
from fourfold.backend.coq.dependency_inference import CoqGraph, toolchain_of
from fourfold.backend.coq.names import root_of
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqFlagsField,
    CoqSourceField,
    CoqToolchainField,
)
from fourfold.backend.coq.toolchain import CoqToolchainRequest, FallibleCoqToolchain
from fourfold.backend.prover.judge import Judgement, JudgeRequest
from fourfold.backend.prover.target_types import (
    AxiomsField,
    IousField,
    LibrariesField,
    ProofTimeoutField,
    RecheckField,
    StatementsField,
    TheoremsField,
)
from fourfold.core.axiom_path import axiom_path
from fourfold.core.policy import Assumption, AxiomPolicy, apply_policy
from fourfold.core.report import Report, TheoremReport
from fourfold.core.verdict import Verdict
from fourfold.toolchains.sandbox import ConfinedProcess, ProofSandbox, driver_request

# To find the path to an axiom takes a run of Coq; after a few, the list is enough.
MAX_EXPLAINED = 3


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


def _missing_theorems(
    target: Target,
    logical: str,
    constants: Mapping[str, Any],
    wrong_statements: Mapping[str, str],
) -> list[str]:
    """A theory's fields go to each of its modules; each answers for its own names."""
    prefix = logical + "."
    statements = dict(target[StatementsField].value or {})
    required = {*(target[TheoremsField].value or ()), *statements}
    messages = [
        f"the theorem {name} does not exist: {logical} has no closed, top-level constant of that "
        "name"
        for name in sorted(required)
        if name.startswith(prefix) and name not in constants
    ]
    for name, said in sorted(wrong_statements.items()):
        if name in constants:
            messages.append(
                f"the theorem {name} does not prove the statement `{statements[name]}` that the "
                f"BUILD file gives it: {said}"
            )
    return messages


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
    constants: Mapping[str, list[Assumption]],
    compiled: FallibleCompiledCoq,
    address: Address,
) -> str:
    assert compiled.output is not None
    resting = sorted(n for n, found in constants.items() if assumption in found)
    theorem = resting[-1] if assumption.name == resting[0] and len(resting) > 1 else resting[0]
    explained = await Get(
        FallibleProcessResult,
        CoqStepRequest(
            "explain",
            address,
            compiled.logical,
            compiled.output,
            (("modules", compiled.output.modules), ("axiom", assumption.name)),
        ),
    )
    mentions = driver_answer(explained).get("mentions", {})
    path = " -> ".join(axiom_path(mentions, theorem, assumption.name))
    others = f" (and {len(resting) - 1} more)" if len(resting) > 1 else ""
    if assumption.unsafe:
        return (
            f"{theorem}{others} relies on {assumption.name}, for which the kernel's check was "
            f"bypassed ({assumption.unsafe}); no setting permits that. Reached by: {path}"
        )
    statement = f" : {assumption.statement}" if assumption.statement else ""
    return (
        f"{theorem}{others} rests on the axiom {assumption.name}{statement}, which is not "
        f"permitted. Reached by: {path}. To permit it, add \"{assumption.name}\" to `axioms` in "
        f"{address.spec_path}/BUILD (or to `ious`, if it is to be proved later), or to "
        "`[coq].axioms` in pants.toml."
    )


@rule(desc="Judge a Coq module", level=LogLevel.DEBUG)
async def judge_coq(
    request: JudgeCoqRequest, coq: CoqSubsystem, graph: CoqGraph, sandbox: ProofSandbox
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
    if compiled.output is None:
        return Judgement(
            Report(
                **facts,
                verdict=compiled.verdict,
                messages=(compiled.message,),
                seconds=(("compile", compiled.seconds),),
            ),
            (compiled.metadata,) if compiled.metadata else (),
        )
    statements = dict(target[StatementsField].value or {})
    step = dict(address=request.address, logical=compiled.logical, output=compiled.output)
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
    metadata = tuple(m for m in (compiled.metadata, audited.metadata, rechecked.metadata) if m)
    seconds = [("compile", compiled.seconds), ("audit", audit.get("seconds", 0.0))]

    if audit.get("error") or "constants" not in audit:
        why = audit.get("error") or audit.get("output") or "no answer"
        if audit.get("timed_out"):
            why = f"timed out after {target[ProofTimeoutField].value} s"
        return Judgement(
            Report(
                **facts,
                verdict=Verdict.HARD_ERROR,
                messages=(f"{compiled.logical}: the axiom audit failed: {why}",),
                seconds=tuple(seconds),
            ),
            metadata,
        )

    constants = {
        name: [Assumption(**a) for a in found] for name, found in audit["constants"].items()
    }
    prefix = compiled.logical + "."
    ious = tuple(target[IousField].value or ())
    policy = AxiomPolicy((*coq.axioms, *(target[AxiomsField].value or ())), ious)
    judged = apply_policy(policy, constants, own=[i for i in ious if i.startswith(prefix)])
    messages = [
        *_missing_theorems(target, compiled.logical, constants, audit["wrong_statements"]),
        *_refused_plugins(audit["ml_modules"], coq.ml_plugins, compiled.logical),
        *(
            f"the IOU {iou} is not open any more: it is proved, or its name is gone. Take it out "
            f"of `ious` in {target.address.spec_path}/BUILD."
            for iou in judged.drifted_ious
        ),
    ]
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        messages.append(await _forbidden(assumption, constants, compiled, request.address))
    if judged.forbidden[MAX_EXPLAINED:]:
        rest = ", ".join(a.name for a in judged.forbidden[MAX_EXPLAINED:])
        messages.append(f"{compiled.logical} rests on further axioms, not permitted: {rest}")
    recheck_summary = ""
    if target[RecheckField].value:
        answer = driver_answer(rechecked)
        seconds.append(("recheck", answer.get("seconds", 0.0)))
        checked = coqchk.judge(answer, compiled.logical, policy)
        messages.extend(checked)
        recheck_summary = "re-check failed" if checked else "re-checked"
    return Judgement(
        Report(
            **facts,
            verdict=Verdict.HARD_ERROR if messages else judged.verdict,
            messages=tuple(messages),
            theorems=tuple(
                TheoremReport(name, tuple(sorted({a.name for a in found})))
                for name, found in sorted(constants.items())
            ),
            ious=judged.open_ious,
            kernel_recheck=recheck_summary,
            seconds=tuple(seconds),
        ),
        metadata,
    )


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeCoqRequest)]
