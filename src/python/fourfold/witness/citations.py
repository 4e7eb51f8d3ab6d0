"""Resolves the theorems that something cites, in the compiled and audited theories.

For numeric code this is a step of its own after the numbers: it needs no run of that code, nor
does the code need a proof.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Type

from pants.build_graph.address import Address
from pants.engine.process import ProcessResultMetadata
from pants.engine.unions import UnionMembership, union
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.core.citations import module_of_theorem, near_names, split_citation
from fourfold.core.report import THEOREM, Report, TheoremReport
from fourfold.core.verdict import Verdict
from fourfold.engine import EnvironmentName, collect_rules, concurrently, implicitly, rule
from fourfold.prover.judgement import NO_KIND
from fourfold.prover.modules import ModuleMapRequest, map_modules
from fourfold.prover.spec import SourceProver
from fourfold.prover.subsystem import ProverOptionsRequest, options_request, prover_options
from fourfold.witness.judge import JudgeTargetRequest, judge_target


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class ProofModulesRequest:
    """Asks a prover that is no `SourceProver` where its modules are.

    `prover` is the name that citations begin with.
    """

    prover: ClassVar[str]


@dataclass(frozen=True)
class ProofModules:
    """Full name of a module -> the targets that provide it; normally one."""

    owners: FrozenDict[str, tuple[Address, ...]]


@dataclass(frozen=True)
class ProofIndex:
    """The modules of each prover whose backend is active."""

    by_prover: FrozenDict[str, FrozenDict[str, tuple[Address, ...]]]


@rule(polymorphic=True)
async def proof_modules(
    request: ProofModulesRequest, environment: EnvironmentName
) -> ProofModules:
    """Where one prover's modules are."""
    raise NotImplementedError()


async def _preferred(prover: Type[SourceProver]) -> FrozenDict[str, tuple[Address, ...]]:
    asked = options_request(prover.subsystem)()
    options = await prover_options(**implicitly({asked: ProverOptionsRequest}))
    modules = await map_modules(ModuleMapRequest(prover.name), **implicitly())
    return modules.preferring(options.default_toolchain)


@rule(desc="Index proofs by module", level=LogLevel.DEBUG)
async def index_proofs(
    union_membership: UnionMembership, environment: EnvironmentName
) -> ProofIndex:
    kinds = union_membership.get(ProofModulesRequest)
    found = await concurrently(
        proof_modules(**implicitly({kind(): ProofModulesRequest, environment: EnvironmentName}))
        for kind in kinds
    )
    owners = {kind.prover: modules.owners for kind, modules in zip(kinds, found)}
    for prover in union_membership.get(SourceProver):
        owners[prover.name] = await _preferred(prover)
    return ProofIndex(FrozenDict(sorted(owners.items())))


@dataclass(frozen=True)
class CitedBy:
    """`citation` is as written, such as "coq:VJP.dense.t"; `by` names the check or rule.

    `of` is the full name of the constant that the theorem's statement must name. Where it is
    empty, whatever has the name will do: a table of what exists cites definitions too.
    """

    citation: str
    by: str
    of: str = ""


@dataclass(frozen=True)
class CitationsRequest:
    cited: tuple[CitedBy, ...]


@dataclass(frozen=True)
class Citations:
    """`broken` are messages. `unavailable` are reasons why a theory could not be judged here.

    `missing` names what those theories would need, such as a toolchain. `ious` are the open
    obligations that cited theorems rest on. `metadata` are those of the processes that judged.
    """

    theorems: tuple[TheoremReport, ...] = ()
    ious: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    metadata: tuple[ProcessResultMetadata, ...] = ()


@rule(desc="Resolve cited theorems", level=LogLevel.DEBUG)
async def resolve_citations(request: CitationsRequest, index: ProofIndex) -> Citations:
    located = {c: locate(c, index) for c in request.cited}
    addresses = sorted({place for place in located.values() if isinstance(place, Address)})
    judgements = await concurrently(
        judge_target(JudgeTargetRequest(address), **implicitly()) for address in addresses
    )
    resolved = resolve(located, {a: j.report for a, j in zip(addresses, judgements)})
    return dataclasses.replace(
        resolved, metadata=tuple(m for judgement in judgements for m in judgement.metadata)
    )


def locate(cited: CitedBy, index: ProofIndex) -> Address | str:
    """The module that must hold the theorem, or a message saying why there is none."""
    try:
        prover, theorem = split_citation(cited.citation)
    except ValueError as error:
        return f"{cited.by}: {error}"
    says = f"{cited.by} cites {cited.citation}, but"
    modules = index.by_prover.get(prover)
    if modules is None:
        active = ", ".join(index.by_prover) or "none"
        return f"{says} no active backend provides {prover} proofs (active: {active})"
    module = module_of_theorem(theorem, modules)
    if module is None:
        near = near_names(theorem.rpartition(".")[0], modules)
        return f"{says} no target provides a module for it.{_did_you_mean(near)}"
    owners = modules[module]
    if len(owners) > 1:
        named = ", ".join(address.spec for address in owners)
        return f"{says} several targets provide {module}: {named}"
    return owners[0]


def resolve(located: dict[CitedBy, Address | str], reports: dict[Address, Report]) -> Citations:
    """The outcome, given the report of each module that `located` names."""
    theorems, ious, missing, broken, unavailable = {}, set(), set(), [], []
    for cited, place in located.items():
        if isinstance(place, str):
            broken.append(place)
            continue
        report = reports[place]
        prover, name = split_citation(cited.citation)
        known = {theorem.name: theorem for theorem in report.theorems}
        if report.verdict is Verdict.NOT_AVAILABLE:
            unavailable.append(f"{place} is not-available: {' '.join(report.messages)}")
            missing.update(report.missing)
        elif not report.verdict.passes:
            said = report.messages[0] if report.messages else "(nothing)"
            broken.append(f"{cited.by} cites {cited.citation}, but {place} failed: {said}")
        elif name not in known:
            broken.append(
                f"{cited.by} cites {cited.citation}, but {place} has no closed, top-level "
                f"constant {name}.{_did_you_mean(near_names(name, known))}"
            )
        else:
            found = known[name]
            wrong = mismatch(cited, found, prover)
            if wrong:
                broken.append(f"{cited.by} cites {cited.citation}, but {wrong}")
                continue
            theorems[cited.citation] = dataclasses.replace(found, name=cited.citation)
            ious.update(iou for iou in report.ious if iou in found.axioms or iou == name)
    return Citations(
        tuple(theorems[c] for c in sorted(theorems)),
        tuple(sorted(ious)),
        tuple(broken),
        tuple(dict.fromkeys(unavailable)),
        tuple(sorted(missing)),
    )


def mismatch(cited: CitedBy, found: TheoremReport, prover: str) -> str:
    """Why what was found is not what is cited, or ""."""
    if not cited.of:
        return ""
    if found.kind != THEOREM:
        return f"{found.name} is {found.kind or NO_KIND}: only what is proved can be cited"
    if cited.of in found.mentions:
        return ""
    named = ", ".join(found.mentions) or "no constant"
    near = near_names(cited.of, found.mentions)
    return (
        f"its statement does not name {cited.of}, which is `of` in the citation; it names "
        f"{named}.{_did_you_mean(near)} Cite the theorem about that constant, or name the one "
        "that the formula is written from."
    )


def _did_you_mean(names: tuple[str, ...]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def rules():
    return collect_rules()
