"""The axiom audit of one compiled module.

Each module is audited with its own full .vo beside the stubs of its imports, so that a changed
proof is audited where it stands and nowhere else. Coq then lists an imported opaque lemma as an
axiom; what the lemma rests on is what the audit of its own module says, which is the one that
declares it by kernel name, whatever it prints. Where that does not settle every name (an axiom or
a bypassed check of the module's own, the lemmas of an instantiated functor, a name behind a seal),
the module is audited again with the full files of its closure, as
it is for all modules under `[coq].whole_closures`. The re-check does likewise (recheck.py).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget, WrappedTargetRequest
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import compile_coq
from fourfold.backend.coq.composition import composed
from fourfold.backend.coq.spec import CompileCoqRequest, Coq
from fourfold.backend.coq.steps import CoqStepRequest, run_coq_step
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqSourceField
from fourfold.core.policy import Assumption
from fourfold.engine import collect_rules, concurrently, implicitly, resolve_target, rule
from fourfold.prover.compiled import FallibleCompiled, driver_answer
from fourfold.prover.judgement import Constants, audit_failure, constants_of
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph


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


async def _compose(
    constants: Constants,
    compiled: FallibleCompiled,
    component: CoarsenedTarget,
    of_toolchain: frozenset[str],
) -> dict[str, list[Assumption]] | None:
    assert compiled.output is not None
    own, imported = compiled.module, set(compiled.output.modules) - {compiled.module}
    homes = {a.home for found in constants.values() for a in found}
    if own in homes:
        return None
    needed = imported & homes
    addresses = sorted(
        t.address
        for ct in (component.coarsened_closure() if needed else ())
        for t in ct.members
        if t.has_field(CoqSourceField) and Coq.module_of(t) in needed
    )
    audits = await concurrently(audit_coq(CoqAuditRequest(a), **implicitly()) for a in addresses)
    modules = await concurrently(
        resolve_target(
            WrappedTargetRequest(a, description_of_origin="the Coq audit"), **implicitly()
        )
        for a in addresses
    )
    found = {Coq.module_of(m.target): audit.constants for m, audit in zip(modules, audits)}
    return composed(constants, own, found, of_toolchain)


@rule(desc="Audit a Coq module", level=LogLevel.DEBUG)
async def audit_coq(request: CoqAuditRequest, coq: CoqSubsystem, graph: ProofGraph) -> CoqAudit:
    component = graph.by_address[request.address]
    compiled = await compile_coq(CompileCoqRequest(component), **implicitly())
    assert compiled.output is not None  # the caller has looked
    target = component.representative
    step = CoqStepRequest(
        "audit", request.address, compiled.module, compiled.output, (), coq.whole_closures
    )
    result = await run_coq_step(step, **implicitly())
    results = [result]
    answer = driver_answer(result)
    failure = audit_failure(answer, compiled.module, target)
    constants = None
    if failure is None and not coq.whole_closures:
        setting = await setting_of(SettingRequest(target), **implicitly())
        of_toolchain = setting.toolchain.layout.modules
        constants = await _compose(constants_of(answer), compiled, component, of_toolchain)
    if constants is None and not coq.whole_closures:
        whole = dataclasses.replace(step, whole_closure=True)
        result = await run_coq_step(whole, **implicitly())
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


def rules():
    return collect_rules()
