"""The kernel re-check of one compiled module, by a second program."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.rules import Get, collect_rules, rule
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import CompileCoqRequest, FallibleCompiledCoq
from fourfold.backend.coq.steps import CoqStepRequest
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.prover.compiled import driver_answer
from fourfold.backend.prover.source_graph import ProofGraph
from fourfold.backend.prover.target_types import RecheckField


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


def rules():
    return collect_rules()
