"""A compile's beginning and end, for every prover that compiles one source at a time.

Between the two stands what is a prover's own: what its driver is asked, and what its answer means.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence, Type

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget, Target

from fourfold.core.verdict import Verdict
from fourfold.engine import concurrently, implicitly
from fourfold.prover.compiled import (
    FallibleCompiled,
    cycle_message,
    driver_answer,
    failed_import,
)
from fourfold.prover.inference import meant_by
from fourfold.prover.modules import ModuleMapRequest, ScanRequest, map_modules, scan_source
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.spec import SourceProver
from fourfold.prover.target_types import invalid_fields
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox


def refused(
    target: Target, prover: Type[SourceProver], message: str, **facts: Any
) -> FallibleCompiled:
    module = prover.module_of(target)
    return FallibleCompiled(target.address, module, Verdict.HARD_ERROR, message, **facts)


def imports_of(component: CoarsenedTarget, prover: Type[SourceProver]) -> list[CoarsenedTarget]:
    return [d for d in component.dependencies if d.representative.has_field(prover.source)]


async def _cycle(members: list[Target], prover: Type[SourceProver]) -> FallibleCompiled:
    scanned = await concurrently(
        scan_source(ScanRequest(t[prover.source]), **implicitly()) for t in members
    )
    names = [prover.module_of(t) for t in members]
    edges = {
        name: tuple(m for i in s.imports for m in prover.matching(i, name, names))
        for name, s in zip(names, scanned)
    }
    return refused(members[0], prover, cycle_message(edges))


async def refused_at_once(
    component: CoarsenedTarget, prover: Type[SourceProver]
) -> FallibleCompiled | None:
    """For what a target's fields say, its name, or an import cycle; None where it may go on."""
    members = proof_sources(component)
    message = invalid_fields(members[0]) or prover.refused(members[0])
    if message is not None:
        return refused(members[0], prover, message)
    return await _cycle(members, prover) if len(members) > 1 else None


def not_startable(
    target: Target,
    prover: Type[SourceProver],
    toolchain: ProverToolchain,
    sandbox: ProofSandbox,
    imports: Iterable[FallibleCompiled],
) -> FallibleCompiled | None:
    """For a name of the toolchain's, a toolchain that cannot be had, or an import that failed."""
    taken = prover.taken(target, toolchain)
    if taken is not None:
        return refused(target, prover, taken)
    module = prover.module_of(target)
    if toolchain.digest is None or sandbox.digest is None:
        reason = toolchain.reason or sandbox.reason
        return FallibleCompiled(target.address, module, Verdict.NOT_AVAILABLE, reason)
    failed = failed_import(imports)
    if failed is None:
        return None
    verdict, message, cause = failed
    return FallibleCompiled(target.address, module, verdict, message, cause=cause)


def ambiguous_message(
    imported: Any, found: Iterable[Address], owners: Mapping[str, tuple[Address, ...]]
) -> str:
    """`found` are the targets that it can mean; `owners` are all modules of targets."""
    meant = sorted(f"{n} ({a})" for n, addresses in owners.items() for a in addresses if a in found)
    return (
        f"`{imported.written}` is ambiguous: it can mean {' or '.join(meant)}. Write more of "
        "the name, or name the target that is meant in `dependencies`."
    )


def _library_message(
    path: str, imports: Sequence[Any], library: str, toolchain: ProverToolchain
) -> str:
    """One for all imports that want the same library."""
    more = f" (and {len(imports) - 1} more)" if len(imports) > 1 else ""
    return (
        f"{path}:{imports[0].line}: missing import: no target and no library of {toolchain.name} "
        f"that `libraries` selects provides `{imports[0].written}`{more}. {library}."
    )


async def import_messages(
    component: CoarsenedTarget,
    prover: Type[SourceProver],
    toolchain: ProverToolchain,
    known: Sequence[str],
    *,
    missing: bool = False,
) -> str:
    """On imports that are none of the modules `known` and none of the toolchain's.

    Those that can mean several targets are an error of the one that asks for them; of those that
    nothing provides (`missing`), the prover has its own word first.
    """
    (target,) = proof_sources(component)
    module, source = prover.module_of(target), target[prover.source]
    scanned = await scan_source(ScanRequest(source), **implicitly())
    unresolved = [
        i
        for i in scanned.imports
        if not prover.may_fail(i)
        and not prover.matching(i, module, known)
        and not prover.provides(i, toolchain)
    ]
    hint = prover.hint(target, scanned) if missing else None
    if not unresolved:
        return hint or ""
    modules = await map_modules(ModuleMapRequest(prover.name), **implicitly())
    owners, messages = modules.owners(toolchain.name), []
    of_libraries: dict[str, list[Any]] = {}
    for imported in unresolved:
        found = meant_by(imported, module, target.address, modules, toolchain.name, prover)
        library = prover.library_for(imported, toolchain) if missing else None
        if len(found) > 1:
            said: str | None = ambiguous_message(imported, found, owners)
        elif library is not None:
            of_libraries.setdefault(library, []).append(imported)
            continue
        else:
            said = prover.missing(imported, module, toolchain, owners) if missing else None
        messages += [f"{source.proof_path}:{imported.line}: {said}"] if said else []
    messages += [
        _library_message(source.proof_path, imports, library, toolchain)
        for library, imports in of_libraries.items()
    ]
    return "\n".join([*messages, hint] if hint else messages)


async def ambiguous(
    component: CoarsenedTarget, prover: Type[SourceProver], toolchain: ProverToolchain
) -> FallibleCompiled | None:
    """Before the prover runs: it would take what lies nearest, or what another import brings."""
    (target,) = proof_sources(component)
    known = [
        prover.module_of(t)
        for d in imports_of(component, prover)
        for t in d.members
        if t.has_field(prover.source)
    ]
    message = await import_messages(component, prover, toolchain, known)
    return refused(target, prover, message) if message else None


async def rejected(
    component: CoarsenedTarget,
    prover: Type[SourceProver],
    toolchain: ProverToolchain,
    modules: Sequence[str],
    result: FallibleProcessResult,
    message: str,
) -> FallibleCompiled:
    """The prover's word, `message`, and what is to be said of imports that it did not find."""
    (target,) = proof_sources(component)
    hint = await import_messages(component, prover, toolchain, modules, missing=True)
    return FallibleCompiled(
        target.address,
        prover.module_of(target),
        Verdict.HARD_ERROR,
        f"{message}\n{hint}".strip(),
        seconds=driver_answer(result).get("seconds", 0.0),
        metadata=result.metadata,
    )


def misplaced(target: Target, prover: Type[SourceProver], files: Sequence[str]) -> str | None:
    """Why what code generation made is not the source that its target says."""
    path = target[prover.source].proof_path
    if tuple(files) == (path,):
        return None
    return (
        f"code generation was to make {path}, and made {', '.join(files) or 'nothing'}. Correct "
        f"its generator, or `source` in {target.address.spec_path}/BUILD."
    )
