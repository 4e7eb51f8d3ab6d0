"""The judgement of a library as a whole, from those of its modules.

Its claims are met, each by one module; and where the prover can do so, all modules are loaded in
one process: they can be clean one by one and inconsistent together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Iterable, Sequence, Type

from pants.build_graph.address import Address
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import (
    DependenciesRequest,
    Target,
    WrappedTargetRequest,
)
from pants.engine.unions import UnionMembership, UnionRule, union
from pants.util.logging import LogLevel

from fourfold.core.independent import together
from fourfold.core.library import (
    Claims,
    Library,
    Member,
    conclude_library,
    unmet_claims,
)
from fourfold.core.report import RECHECKED, Report, counted, recheck_summary
from fourfold.core.verdict import Verdict
from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    concurrently,
    implicitly,
    resolve_target,
    resolve_targets,
    rule,
)
from fourfold.prover.library_targets import LibraryModulesField, LibraryProblemsField
from fourfold.prover.target_types import (
    IousField,
    ProofSourceField,
    SkipProverField,
    StatementsField,
    TheoremsField,
)
from fourfold.witness.judge import (
    Judgement,
    JudgeRequest,
    broken_judgement,
    judge,
    judges_of,
)


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class LoadLibraryRequest:
    """Asks a prover to load `modules` in one process: those of the library at `address`.

    All of them have compiled, and passed their own tests. `field_type` is the prover's own
    `LibraryModulesField`.
    """

    address: Address
    modules: tuple[Address, ...]

    field_type: ClassVar[Type[LibraryModulesField]]


@dataclass(frozen=True)
class LoadedLibrary:
    """`messages` are reasons to refuse the library; without any, its modules are consistent."""

    messages: tuple[str, ...] = ()
    metadata: tuple[ProcessResultMetadata, ...] = ()
    seconds: float = 0.0


@rule(polymorphic=True)
async def load_library(request: LoadLibraryRequest, environment: EnvironmentName) -> LoadedLibrary:
    """One prover's own load of a library."""
    raise NotImplementedError()


class JudgeLibraryRequest(JudgeRequest):
    field_type = LibraryModulesField


def claims_of(target: Target) -> Claims:
    statements = dict(target[StatementsField].value or {})
    theorems = {*(target[TheoremsField].value or ()), *statements}
    ious = target[IousField].value or ()
    return Claims(frozenset(theorems), frozenset(ious), frozenset(statements.items()))


def judged_modules(library: Target, modules: Iterable[Target]) -> list[Target]:
    """Without those that are skipped by themselves, unless the library is skipped with them."""
    found = [m for m in modules if m.has_field(ProofSourceField)]
    if library[SkipProverField].value:
        return found
    return [m for m in found if not m[SkipProverField].value]


def member(target: Target, report: Report) -> Member:
    return Member(
        address=target.address.spec,
        module=report.module,
        verdict=report.verdict,
        claims=claims_of(target),
        constants=frozenset(t.name for t in report.theorems),
        open_ious=frozenset(report.ious),
    )


def library_report(
    target: Target,
    library: Library,
    reports: tuple[Report, ...],
    skipped: int,
    loaded: LoadedLibrary | None,
) -> Report:
    """`loaded` is None where the prover was not asked."""
    messages = [*(target[LibraryProblemsField].value or ()), *unmet_claims(library)]
    if skipped and messages:
        messages.append(f"({counted(skipped, 'module')} with `skip_prover` met no claim.)")
    messages += loaded.messages if loaded is not None else ()
    if not messages and not library.members:
        messages.append("it has no module to judge, so that nothing is known of it")
    absent = next((r.messages for r in reports if r.verdict is Verdict.NOT_AVAILABLE), ())
    concluded = conclude_library(library, messages, absent)
    first = reports[0] if reports else None
    unchecked = [r.module or r.target for r in reports if r.kernel_recheck != RECHECKED]
    counts = [counted(len(library.members), "module")]
    counts += [f"{skipped} skipped"] if skipped else []
    claimed = len(library.claims.theorems) + len(library.claims.ious)
    counts += [f"{counted(claimed, 'claim')} met"] if claimed and concluded.verdict.passes else []
    counts += ["loaded together"] if loaded is not None and not loaded.messages else []
    return Report(
        target=target.address.spec,
        prover=first.prover if first else "",
        verdict=concluded.verdict,
        messages=concluded.messages,
        toolchain=first.toolchain if first else "",
        toolchain_digest=first.toolchain_digest if first else "",
        toolchain_version=first.toolchain_version if first else "",
        isolation=first.isolation if first else "",
        ious=tuple(sorted({i for r in reports for i in r.ious})),
        counts=tuple(counts),
        kernel_recheck=recheck_summary(unchecked) if concluded.verdict.passes else "",
        independent=together((r.module or r.target, r.independent) for r in reports),
        lacking=tuple(sorted({name for r in reports for name in r.missing})),
        seconds=(("load", loaded.seconds),) if loaded is not None else (),
    )


async def _judgements(
    modules: Sequence[Target], union_membership: UnionMembership, environment: EnvironmentName
) -> tuple[Judgement, ...]:
    """Of all at once; if a rule raised for one, one by one, so that it alone is broken."""
    kinds = [judges_of(m, union_membership)[0](m.address) for m in modules]
    try:
        return await concurrently(
            judge(**implicitly({kind: JudgeRequest, environment: EnvironmentName}))
            for kind in kinds
        )
    except Exception:
        found = []
        for kind in kinds:
            try:
                found.append(
                    await judge(**implicitly({kind: JudgeRequest, environment: EnvironmentName}))
                )
            except Exception as error:
                found.append(broken_judgement(kind.address, error))
        return tuple(found)


@rule(desc="Judge a library", level=LogLevel.DEBUG)
async def judge_library(
    request: JudgeLibraryRequest, union_membership: UnionMembership, environment: EnvironmentName
) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a library"), **implicitly()
    )
    target = wrapped.target
    every = await resolve_targets(**implicitly(DependenciesRequest(target[LibraryModulesField])))
    modules = judged_modules(target, every)
    judgements = await _judgements(modules, union_membership, environment)
    reports = tuple(j.report for j in judgements)
    library = Library(
        claims_of(target),
        tuple(member(m, r) for m, r in zip(modules, reports)),
        f"{target.address.spec_path}/BUILD",
        target[LibraryModulesField].names_begin_with_module,
    )
    loaded = None
    loaders = [
        kind
        for kind in union_membership.get(LoadLibraryRequest)
        if target.has_field(kind.field_type)
    ]
    if loaders and len(modules) > 1 and len(library.judged) == len(modules):
        load = loaders[0](request.address, tuple(m.address for m in modules))
        loaded = await load_library(
            **implicitly({load: LoadLibraryRequest, environment: EnvironmentName})
        )
    skipped = len([m for m in every if m.has_field(ProofSourceField)]) - len(modules)
    report = library_report(target, library, reports, skipped, loaded)
    # Pants prints a line for what some process decided: here the load, or else one of the modules.
    metadata = loaded.metadata if loaded is not None else ()
    return Judgement(report, metadata or tuple(m for j in judgements for m in j.metadata)[:1])


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeLibraryRequest)]
