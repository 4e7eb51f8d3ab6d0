"""The kernel re-check of compiled modules, by a second program.

Each process checks one module and takes its imports as they are, so a module counts as re-checked
only if all that it imports was too: their own re-checks are put together here, and no process is
added. Some bypassed checks (inside `abstract`, or while a functor is applied) show in no audit, but
in the re-check of the module that has them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.compile import compile_coq
from fourfold.backend.coq.spec import CompileCoqRequest, Coq
from fourfold.backend.coq.steps import CoqStepRequest, run_coq_step
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.engine import collect_rules, concurrently, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.envelope import imports_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import RecheckField

_NAMED = 3  # modules in a message


@dataclass(frozen=True)
class CoqRecheckRequest:
    address: Address


@dataclass(frozen=True)
class CoqRecheck:
    """`results` are in the order they ran."""

    results: tuple[FallibleProcessResult, ...]


@rule(desc="Re-check a Coq module", level=LogLevel.DEBUG)
async def recheck_coq(
    request: CoqRecheckRequest, coq: CoqSubsystem, graph: ProofGraph
) -> CoqRecheck:
    component = graph.by_address[request.address]
    compiled = await compile_coq(CompileCoqRequest(component), **implicitly())
    assert compiled.output is not None  # the caller has looked
    step = CoqStepRequest("recheck", request.address, compiled.module, compiled.output)
    whole = dataclasses.replace(step, whole_closure=True)
    result = await run_coq_step(whole if coq.whole_closures else step, **implicitly())
    if coq.whole_closures or driver_answer(result).get("accepted"):
        return CoqRecheck((result,))
    # It may have needed the proof of a lemma in an instantiated functor.
    again = await run_coq_step(whole, **implicitly())
    return CoqRecheck((result, again))


@dataclass(frozen=True)
class RefusedModule:
    """A module that its re-check refuses; `why` is the message for it."""

    module: str
    address: Address
    why: str


@dataclass(frozen=True)
class RecheckedClosureRequest:
    """`screened` asks for the re-check of modules that opt out, too: what it refuses is refused,
    and what it does not refuse still counts as not re-checked.
    """

    component: CoarsenedTarget
    screened: bool


@dataclass(frozen=True)
class RecheckedClosure:
    """Of a module and all that it imports: which are refused, and which opt out."""

    refused: tuple[RefusedModule, ...]
    unchecked: tuple[str, ...]


@rule(desc="Put re-checks of Coq modules together", level=LogLevel.TRACE)
async def rechecked_closure(request: RecheckedClosureRequest) -> RecheckedClosure:
    closures = await concurrently(
        rechecked_closure(RecheckedClosureRequest(ct, request.screened))
        for ct in imports_of(request.component, Coq)
    )
    refused = {r for c in closures for r in c.refused}
    unchecked = {m for c in closures for m in c.unchecked}
    target = request.component.representative
    module, opted_out = Coq.module_of(target), not target[RecheckField].value
    if opted_out:
        unchecked.add(module)
    if not opted_out or request.screened:
        rechecked = await recheck_coq(CoqRecheckRequest(target.address), **implicitly())
        answer = driver_answer(rechecked.results[-1])
        if opted_out and coqchk.undone(answer, module):
            messages = coqchk.confusions(answer, module)
        else:
            messages = coqchk.rejections(answer, module)
        if messages:
            refused.add(RefusedModule(module, target.address, messages[0]))
    return RecheckedClosure(
        tuple(sorted(refused, key=lambda r: r.module)), tuple(sorted(unchecked))
    )


def import_messages(module: str, closure: RecheckedClosure) -> list[str]:
    """What is said in the report of a module of which imports were refused."""
    found = [r for r in closure.refused if r.module != module]
    messages = [
        f"{module} rests on {r.module} ({r.address}), which its kernel re-check refuses. {r.why}"
        for r in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        names = ", ".join(r.module for r in found[_NAMED:])
        messages.append(f"{module} rests on further modules that are refused so: {names}")
    return messages


def rules():
    return collect_rules()
