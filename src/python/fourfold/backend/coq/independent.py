"""The independent check of compiled modules, which shares no code with Coq.

As in the re-check, each process judges one module with its own full file, and what a module rests
on in the repository counts as judged only if its own check did so: their findings are put together
here. The toolchain's libraries are taken as shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget, Target
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import compile_coq
from fourfold.backend.coq.spec import CompileCoqRequest, Coq
from fourfold.backend.coq.steps import CoqStepRequest, run_coq_step
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqPermitsField
from fourfold.core.independent import IndependentCheck
from fourfold.engine import collect_rules, concurrently, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.envelope import imports_of
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.second_witness.scripts.witness_rules import RULES
from fourfold.toolchains.holes import KernelHoles, KernelHolesRequest, kernel_holes

_NAMED = 3  # messages about imports


@dataclass(frozen=True)
class CoqWitnessRequest:
    address: Address


@dataclass(frozen=True)
class CoqWitness:
    """Of one module by itself; `messages` say what is refused, `grounds` what is permitted."""

    module: str
    address: Address
    messages: tuple[str, ...]
    grounds: tuple[str, ...]
    judged: tuple[tuple[str, int], ...]
    not_judged: tuple[str, ...]
    seconds: float
    result: FallibleProcessResult


def said_of(
    answer: Mapping[str, Any], module: str, target: Target, toolchain: str, holes: KernelHoles
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The messages for what is refused, and the grounds: what is refused and permitted."""
    if answer.get("error") or "findings" not in answer:
        why = answer.get("error") or answer.get("output") or "no answer"
        return (f"{module}: the independent check failed: {why}",), ()
    permitted = target[CoqPermitsField].value or ()
    messages, grounds = [], []
    for found in answer["findings"]:
        constant, rule_name = found["constant"], found["rule"]
        if rule_name in permitted:
            grounds.append(f"{rule_name} ({constant})")
            continue
        published = holes.found_by(rule_name)
        known = f"; published holes of {toolchain} that this rule finds: {', '.join(published)}"
        messages.append(
            f"the independent check refuses {constant}: {found['why']} (rule {rule_name}: "
            f"{RULES[rule_name]}{known if published else ''}). It refuses more than it must: if "
            f'this is right, add `permits = ["{rule_name}"]` in '
            f"{target.address.spec_path}/BUILD; all that rests on it will say so."
        )
    return tuple(messages), tuple(dict.fromkeys(grounds))


@rule(desc="Check a Coq module independently", level=LogLevel.DEBUG)
async def witness_coq(
    request: CoqWitnessRequest, coq: CoqSubsystem, graph: ProofGraph
) -> CoqWitness:
    component = graph.by_address[request.address]
    target = component.representative
    compiled = await compile_coq(CompileCoqRequest(component), **implicitly())
    assert compiled.output is not None  # the caller has looked
    step = CoqStepRequest(
        "witness",
        request.address,
        compiled.module,
        compiled.output,
        whole_closure=coq.whole_closures,
    )
    result = await run_coq_step(step, **implicitly())
    toolchain = (await setting_of(SettingRequest(target), **implicitly())).toolchain
    holes = await kernel_holes(KernelHolesRequest(toolchain.name), **implicitly())
    answer = driver_answer(result)
    messages, grounds = said_of(answer, compiled.module, target, toolchain.name, holes)
    return CoqWitness(
        compiled.module,
        request.address,
        messages,
        grounds,
        tuple(answer.get("judged", {}).items()),
        tuple(answer.get("not_judged", ())),
        answer.get("seconds", 0.0),
        result,
    )


@dataclass(frozen=True)
class WitnessedClosureRequest:
    component: CoarsenedTarget


@dataclass(frozen=True)
class WitnessedClosure:
    """Of a module and all that it imports in the repository."""

    refused: tuple[tuple[str, Address, str], ...]
    grounds: tuple[str, ...]


@rule(desc="Put independent checks of Coq modules together", level=LogLevel.TRACE)
async def witnessed_closure(request: WitnessedClosureRequest) -> WitnessedClosure:
    closures = await concurrently(
        witnessed_closure(WitnessedClosureRequest(ct)) for ct in imports_of(request.component, Coq)
    )
    address = request.component.representative.address
    own = await witness_coq(CoqWitnessRequest(address), **implicitly())
    refused = {r for c in closures for r in c.refused}
    if own.messages:
        refused.add((own.module, own.address, own.messages[0]))
    grounds = {g for c in closures for g in c.grounds} | set(own.grounds)
    return WitnessedClosure(tuple(sorted(refused)), tuple(sorted(grounds)))


def import_messages(module: str, closure: WitnessedClosure) -> list[str]:
    """What is said in the report of a module of which imports were refused."""
    found = [r for r in closure.refused if r[0] != module]
    messages = [
        f"{module} rests on {name} ({address}), which the independent check refuses. {why}"
        for name, address, why in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        names = ", ".join(name for name, _, _ in found[_NAMED:])
        messages.append(f"{module} rests on further modules that are refused so: {names}")
    return messages


def independent_check(own: CoqWitness, closure: WitnessedClosure) -> IndependentCheck:
    return IndependentCheck(bool(closure.refused), closure.grounds, own.judged, own.not_judged)


def rules():
    return collect_rules()
