"""Audit and kernel re-check of one compiled module.

Each module is audited with its own full .vo beside the stubs of its imports, so that a changed
proof is audited where it stands and nowhere else. Coq then lists an imported opaque lemma as an
axiom; what the lemma rests on is what the audit of its own module says. Where that does not
settle every name (an axiom or a bypassed check of the module's own, the lemmas of an instantiated
functor, a name behind a seal), the module is audited again with the full files of its closure, as
it is for all modules under `[coq].whole_closures`. The re-check does likewise.
"""

from __future__ import annotations

import dataclasses
import fnmatch
from dataclasses import dataclass
from typing import Any, Container, Iterable, Mapping, Sequence

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix, Digest
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import CoarsenedTarget, WrappedTarget, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.compile import (
    COQ_DRIVER,
    CompileCoqRequest,
    CompiledCoq,
    FallibleCompiledCoq,
)
from fourfold.backend.coq.dependency_inference import module_of, toolchain_of
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
from fourfold.toolchains.sandbox import (
    ConfinedProcess,
    ConfinedResult,
    ProofSandbox,
    driver_request,
)


class JudgeCoqRequest(JudgeRequest):
    field_type = CoqSourceField


@dataclass(frozen=True)
class CoqStepRequest:
    """One step of the driver; `request` adds to its JSON.

    `whole_closure` gives it the full files of the imports too, instead of their stubs.
    """

    step: str
    address: Address
    logical: str
    output: CompiledCoq
    request: tuple[tuple[str, Any], ...] = ()
    whole_closure: bool = False


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
    if request.whole_closure:
        library, suffix = request.output.full_closure, " and its whole closure"
    else:
        library, suffix = request.output.beside_stubs, ""
    confined = await Get(
        ConfinedResult,
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
            input_digest=await Get(Digest, AddPrefix(library, "lib")),
            description=(
                f"{_STEP_NAMES[request.step]} {request.logical} with {toolchain.name}{suffix}"
            ),
            timeout_seconds=timeout,
        ),
    )
    return confined.result


_STEP_NAMES = {"audit": "Audit", "recheck": "Re-check", "explain": "Trace an axiom of"}


def _refused_plugins(
    loaded: list[str], permitted: tuple[str, ...], logical: str
) -> list[str]:
    return [
        f"{logical} loads the OCaml plugin {name}, which is not among `[coq].ml_plugins`"
        for name in loaded
        if not any(fnmatch.fnmatchcase(name, glob) for glob in permitted)
    ]


@dataclass(frozen=True)
class CoqAuditRequest:
    address: Address


@dataclass(frozen=True)
class CoqAudit:
    """`constants` are the module's own, with the axioms that each rests on in the end.

    `answer` is the driver's, and `failure` says why it gave none.
    """

    failure: str | None
    constants: FrozenDict[str, tuple[Assumption, ...]]
    answer: FrozenDict[str, Any]
    seconds: float
    results: tuple[FallibleProcessResult, ...]

    def __hash__(self) -> int:
        return hash((self.failure, self.constants))


def home_of(name: str, modules: Iterable[str]) -> str | None:
    """The module that declares `name`; None where it is in none of `modules`."""
    homes = [m for m in modules if name.startswith(m + ".")]
    return max(homes, key=len) if homes else None


def composed(
    constants: Constants,
    homes: Mapping[str, str | None],
    audits: Mapping[str, Mapping[str, Sequence[Assumption]]],
    of_toolchain: Container[str],
) -> dict[str, list[Assumption]] | None:
    """`constants` with each imported lemma replaced by what it rests on.

    `homes` gives the module of each assumption, and `audits` the constants of each imported
    module of the repository. None where an assumption bypasses a check, or is in neither one of
    those nor a module of the toolchain: so above all where it is the module's own.
    """
    found: dict[str, list[Assumption]] = {}
    for name, assumptions in constants.items():
        resting: dict[str, Assumption] = {}
        for assumption in assumptions:
            home = homes[assumption.name]
            if assumption.unsafe or home is None:
                return None
            if home in of_toolchain:
                resting[assumption.name] = assumption
                continue
            known = audits.get(home, {}).get(assumption.name)
            if known is None:
                return None
            resting.update((a.name + a.unsafe, a) for a in known)
        found[name] = [resting[key] for key in sorted(resting)]
    return found


async def _compose(
    constants: Constants,
    compiled: FallibleCompiledCoq,
    component: CoarsenedTarget,
    of_toolchain: frozenset[str],
) -> dict[str, list[Assumption]] | None:
    assert compiled.output is not None
    own, imported = compiled.module, set(compiled.output.modules) - {compiled.module}
    names = {a.name for found in constants.values() for a in found}
    if any(name.startswith(own + ".") for name in names):
        return None
    homes = {name: home_of(name, imported) or home_of(name, of_toolchain) for name in names}
    needed = imported.intersection(h for h in homes.values() if h is not None)
    addresses = sorted(
        t.address
        for ct in (component.coarsened_closure() if needed else ())
        for t in ct.members
        if t.has_field(CoqSourceField) and module_of(t) in needed
    )
    audits = await MultiGet(Get(CoqAudit, CoqAuditRequest(a)) for a in addresses)
    modules = await MultiGet(
        Get(WrappedTarget, WrappedTargetRequest(a, description_of_origin="the Coq audit"))
        for a in addresses
    )
    found = {module_of(m.target): audit.constants for m, audit in zip(modules, audits)}
    return composed(constants, homes, found, of_toolchain)


@rule(desc="Audit a Coq module", level=LogLevel.DEBUG)
async def audit_coq(request: CoqAuditRequest, coq: CoqSubsystem, graph: ProofGraph) -> CoqAudit:
    component = graph.by_address[request.address]
    compiled = await Get(FallibleCompiledCoq, CompileCoqRequest(component))
    assert compiled.output is not None  # the caller has looked
    target = component.representative
    statements = dict(target[StatementsField].value or {})
    step = CoqStepRequest(
        "audit",
        request.address,
        compiled.module,
        compiled.output,
        (("statements", tuple(sorted(statements.items()))),),
        coq.whole_closures,
    )
    result = await Get(FallibleProcessResult, CoqStepRequest, step)
    results = [result]
    answer = driver_answer(result)
    failure = audit_failure(answer, compiled.module, target)
    constants = None
    if failure is None and not coq.whole_closures:
        toolchain = await Get(
            FallibleCoqToolchain,
            CoqToolchainRequest(
                toolchain_of(target[CoqToolchainField], coq), target[LibrariesField].value or ()
            ),
        )
        assert toolchain.layout is not None  # it has compiled
        constants = await _compose(
            constants_of(answer), compiled, component, toolchain.layout.modules
        )
    if constants is None and not coq.whole_closures:
        whole = dataclasses.replace(step, whole_closure=True)
        result = await Get(FallibleProcessResult, CoqStepRequest, whole)
        results.append(result)
        answer = driver_answer(result)
        failure = audit_failure(answer, compiled.module, target)
    if constants is None and failure is None:
        constants = constants_of(answer)
    return CoqAudit(
        failure,
        FrozenDict((name, tuple(found)) for name, found in (constants or {}).items()),
        FrozenDict.deep_freeze(answer),
        sum(driver_answer(r).get("seconds", 0.0) for r in results),
        tuple(results),
    )


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
            whole_closure=True,
        ),
    )
    mentions = driver_answer(explained).get("mentions", {})
    path = axiom_path(mentions, theorem, assumption.name)
    return forbidden_message(assumption, constants, path, address, "[coq].axioms")


@dataclass(frozen=True)
class CoqRecheckRequest:
    address: Address


@dataclass(frozen=True)
class CoqRecheck:
    """`results` are in the order they ran; none where the target opts out."""

    results: tuple[FallibleProcessResult, ...]


@rule(desc="Re-check a Coq module", level=LogLevel.DEBUG)
async def recheck_coq(
    request: CoqRecheckRequest, coq: CoqSubsystem, graph: ProofGraph
) -> CoqRecheck:
    component = graph.by_address[request.address]
    if not component.representative[RecheckField].value:
        return CoqRecheck(())
    compiled = await Get(FallibleCompiledCoq, CompileCoqRequest(component))
    assert compiled.output is not None  # the caller has looked
    step = CoqStepRequest("recheck", request.address, compiled.module, compiled.output)
    whole = dataclasses.replace(step, whole_closure=True)
    result = await Get(
        FallibleProcessResult, CoqStepRequest, whole if coq.whole_closures else step
    )
    if coq.whole_closures or driver_answer(result).get("accepted"):
        return CoqRecheck((result,))
    # It may have needed the proof of a lemma in an instantiated functor.
    again = await Get(FallibleProcessResult, CoqStepRequest, whole)
    return CoqRecheck((result, again))


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
    findings = of_compile(
        request.address, "coq", toolchain.name, toolchain.digest, sandbox.isolation, compiled
    )
    if compiled.output is None:
        return not_compiled(findings, compiled)
    audit, rechecked = await MultiGet(
        Get(CoqAudit, CoqAuditRequest(request.address)),
        Get(CoqRecheck, CoqRecheckRequest(request.address)),
    )
    findings.add_step("audit", audit.seconds, *audit.results)
    if audit.failure is not None:
        findings.messages.append(audit.failure)
        return findings.judgement(Verdict.HARD_ERROR)

    constants = {name: list(found) for name, found in audit.constants.items()}
    policy = policy_of(target, coq.axioms)
    judged, drifted = apply_to_module(policy, constants, compiled.module, request.address)
    findings.messages += [
        *missing_theorems(target, compiled.module, constants, audit.answer["wrong_statements"]),
        *_refused_plugins(audit.answer["ml_modules"], coq.ml_plugins, compiled.module),
        *drifted,
    ]
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        findings.messages.append(
            await _forbidden(assumption, constants, compiled, request.address)
        )
    findings.messages += further_axioms(compiled.module, judged.forbidden[MAX_EXPLAINED:])
    recheck_summary = ""
    if rechecked.results:
        answer = driver_answer(rechecked.results[-1])
        findings.add_step("recheck", answer.get("seconds", 0.0), *rechecked.results)
        checked = coqchk.judge(answer, compiled.module, policy)
        findings.messages += checked
        recheck_summary = "re-check failed" if checked else "re-checked"
    return findings.concluded(judged, constants, recheck_summary)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeCoqRequest)]
