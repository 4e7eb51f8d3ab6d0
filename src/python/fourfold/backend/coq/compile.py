"""One Coq file's compile, from its imports' interface stubs.

A dependent compiles against stubs, from which opaque proofs and source locations are absent, so
that a proof or comment edit leaves its key as it was; and it sees of an import no more than its
`CoqInterface`, so that where the stub is as it was, not even a rule of a dependent runs again. Full
files are for audit and re-check (audit.py says when whole closures of them are needed), and their
closures are put together only where one is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import (
    AddPrefix,
    Digest,
    DigestSubset,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
    Snapshot,
)
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile_errors import (
    import_hint,
    one_source_each,
    rejected_because,
    taken_message,
)
from fourfold.backend.coq.dependency_inference import (
    CoqRequiresRequest,
    map_coq_modules,
    module_of,
    scan_coq_requires,
)
from fourfold.backend.coq.driver import COQ_DRIVER
from fourfold.backend.coq.extra_files import CoqExtraFiles, CoqExtraFilesRequest, find_extra_files
from fourfold.backend.coq.names import (
    matching,
    refused_name,
    root_of,
    taken_name,
    vo_path,
)
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    PERMITTED_FLAGS,
    CoqFlagsField,
    CoqSourceField,
)
from fourfold.backend.coq.toolchain import (
    FallibleCoqToolchain,
    set_up_coq,
    toolchain_request,
)
from fourfold.core.verdict import Verdict
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    determine_source_files,
    digest_subset_to_digest,
    implicitly,
    merge_digests,
    remove_prefix,
    rule,
)
from fourfold.prover.compile import CompileRequest
from fourfold.prover.compiled import (
    FallibleCompiled,
    closure_modules,
    cycle_message,
    driver_answer,
    failed_import,
)
from fourfold.prover.flags import refusal, refused_flag
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import ProofTimeoutField, invalid_fields
from fourfold.sandbox.confined import (
    ConfinedProcess,
    ProofSandbox,
    driver_request,
    run_confined,
)

_NO_OPAQUE_PROOF = "Cannot access opaque"


@dataclass(frozen=True)
class CompiledCoq:
    """`own` holds the module's .vo, `stub_closure` its stub and those of all that it imports.

    `beside_stubs` holds its .vo and the stubs of its imports. All are keyed by logical path, e.g.
    `VJP/dense.vo`. `modules` are the logical names of the closure, the module itself last, `roots`
    the first parts of these names, and `sources` the names with the addresses of their targets.
    """

    own: Digest
    stub_closure: Digest
    beside_stubs: Digest
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


class CompileCoqRequest(CompileRequest):
    pass


@dataclass(frozen=True)
class CoqInterfaceRequest:
    component: CoarsenedTarget


@dataclass(frozen=True)
class CoqInterface:
    """What dependents see of a compiled module; the fields are as those of `CompiledCoq`."""

    stub_closure: Digest
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FallibleCoqInterface(FallibleCompiled):
    output: CoqInterface | None = None


@dataclass(frozen=True)
class CoqFullClosureRequest:
    component: CoarsenedTarget


@dataclass(frozen=True)
class CoqFullClosure:
    """The .vo of a compiled module and of all that it imports, keyed by logical path."""

    digest: Digest


@dataclass(frozen=True)
class CoqOutputPart:
    digest: Digest
    folder: str


@rule(desc="Split a Coq compile's output", level=LogLevel.TRACE)
async def output_part(part: CoqOutputPart) -> Digest:
    subset = await digest_subset_to_digest(
        DigestSubset(part.digest, PathGlobs([f"{part.folder}/**"]))
    )
    return await remove_prefix(RemovePrefix(subset, part.folder))


async def _missing_import_hint(
    target: Target, logical: str, toolchain: FallibleCoqToolchain, modules: tuple[str, ...]
) -> str:
    """Names the imports that nothing provides, or several do, with what may have been meant."""
    assert toolchain.layout is not None
    scanned = await scan_coq_requires(CoqRequiresRequest(target[CoqSourceField]))
    owners = (await map_coq_modules(**implicitly())).owners(toolchain.name)
    hints = []
    for require in scanned.requires:
        provided = matching(require, logical, modules) or toolchain.layout.provides(require)
        if provided or require.may_fail or require.name.startswith("Coq."):
            continue
        hints.append(
            f"{target[CoqSourceField].proof_path}:{require.line}: "
            + import_hint(require, logical, toolchain, owners)
        )
    return "\n".join(hints)


def _failed(target: Target, message: str) -> FallibleCompiled:
    return FallibleCompiled(target.address, module_of(target), Verdict.HARD_ERROR, message)


async def _cycle(members: list[Target]) -> FallibleCompiled:
    scanned = await concurrently(
        scan_coq_requires(CoqRequiresRequest(t[CoqSourceField])) for t in members
    )
    names = [module_of(t) for t in members]
    edges = {
        name: tuple(m for r in s.requires for m in matching(r, name, names))
        for name, s in zip(names, scanned)
    }
    return _failed(members[0], cycle_message(edges))


def imports_of(component: CoarsenedTarget) -> list[CoarsenedTarget]:
    return [d for d in component.dependencies if d.representative.has_field(CoqSourceField)]


async def _merged_full_closures(component: CoarsenedTarget) -> Digest:
    """Of the imports alone."""
    closures = await concurrently(
        coq_full_closure(CoqFullClosureRequest(d)) for d in imports_of(component)
    )
    return await merge_digests(MergeDigests(c.digest for c in closures))


@dataclass(frozen=True)
class _Inputs:
    """What a module is compiled from; `modules`, `roots` and `sources` as in `CompiledCoq`."""

    toolchain: FallibleCoqToolchain
    source: Snapshot
    stubs: Digest
    extra: CoqExtraFiles
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


def _refused(target: Target) -> str | None:
    """Why a module is not compiled at all, for its fields, its name or its flags."""
    unfit = invalid_fields(target) or refused_name(
        target.address.spec_path, target[CoqSourceField].proof_path
    )
    if unfit is not None:
        return unfit
    flag = refused_flag(target[CoqFlagsField].value or (), PERMITTED_FLAGS)
    if flag is None:
        return None
    return refusal(flag, PERMITTED_FLAGS, f"{target.address.spec_path}/BUILD")


async def _inputs(
    component: CoarsenedTarget, coq: CoqSubsystem, sandbox: ProofSandbox
) -> _Inputs | FallibleCompiled:
    target = component.representative
    logical = module_of(target)
    toolchain = await set_up_coq(toolchain_request(target, coq))
    taken = taken_name(logical, toolchain.names)
    if taken is not None:
        return _failed(target, taken_message(target, logical, taken, toolchain.name))
    imports = await concurrently(
        coq_interface(CoqInterfaceRequest(d)) for d in imports_of(component)
    )
    if toolchain.digest is None or toolchain.layout is None or sandbox.digest is None:
        return FallibleCompiled(
            target.address, logical, Verdict.NOT_AVAILABLE, toolchain.reason or sandbox.reason
        )
    failed = failed_import(imports)
    if failed is not None:
        return FallibleCompiled(target.address, logical, *failed)
    compiled = [i.output for i in imports if i.output is not None]
    extra = await find_extra_files(CoqExtraFilesRequest(component))
    sources, twice = one_source_each((logical, target.address.spec), (c.sources for c in compiled))
    if extra.message or twice is not None:
        return _failed(target, extra.message or twice or "")
    source, stubs = await concurrently(
        determine_source_files(source_request(target[CoqSourceField])),
        merge_digests(MergeDigests(c.stub_closure for c in compiled)),
    )
    return _Inputs(
        toolchain,
        source.snapshot,
        stubs,
        extra,
        closure_modules(logical, (c.modules for c in compiled)),
        tuple(sorted({root_of(logical), *(root for c in compiled for root in c.roots)})),
        sources,
    )


async def _run(
    component: CoarsenedTarget, inputs: _Inputs, sandbox: ProofSandbox
) -> FallibleProcessResult:
    target = component.representative
    logical, toolchain = module_of(target), inputs.toolchain
    assert toolchain.digest is not None and toolchain.layout is not None
    timeout = target[ProofTimeoutField].value
    step = driver_request(
        sandbox,
        {
            **toolchain.layout.request_fields(),
            "step": "compile",
            "source": inputs.source.files[0],
            "vo": vo_path(logical),
            "own_root": root_of(logical),
            "roots": sorted({*inputs.roots, *inputs.extra.roots}),
            "flags": list(target[CoqFlagsField].value or ()),
            "timeout": timeout,
        },
    )
    for suffix in ("", " and full imports"):
        seen = await _merged_full_closures(component) if suffix else inputs.stubs
        seen = await merge_digests(MergeDigests([seen, inputs.extra.digest]))
        library = await add_prefix(AddPrefix(seen, "lib"))
        confined = await run_confined(
            ConfinedProcess(
                driver=COQ_DRIVER,
                request=step,
                toolchain=toolchain.digest,
                input_digest=await merge_digests(MergeDigests([inputs.source.digest, library])),
                output_directories=("full", "stub"),
                description=f"Compile {logical} with {toolchain.name}{suffix}",
                timeout_seconds=timeout,
            )
        )
        answer = driver_answer(confined.result)
        # A file may look into an imported proof (`Print lemma`, extraction), which a stub lacks.
        if answer.get("accepted") or _NO_OPAQUE_PROOF not in answer.get("output", ""):
            break
    return confined.result


@rule(desc="Compile a Coq module", level=LogLevel.DEBUG)
async def compile_coq(
    request: CompileCoqRequest, coq: CoqSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    members = proof_sources(request.component)
    target = members[0]
    refused = _refused(target)
    if refused is not None:
        return _failed(target, refused)
    if len(members) > 1:
        return await _cycle(members)
    inputs = await _inputs(request.component, coq, sandbox)
    if isinstance(inputs, FallibleCompiled):
        return inputs
    result = await _run(request.component, inputs, sandbox)
    answer, logical = driver_answer(result), module_of(target)
    if not answer.get("accepted"):
        timeout = target[ProofTimeoutField].value
        message = rejected_because(answer, inputs.source.files[0], timeout)
        hint = await _missing_import_hint(target, logical, inputs.toolchain, inputs.modules)
        return FallibleCompiled(
            target.address,
            logical,
            Verdict.HARD_ERROR,
            f"{message}\n{hint}".strip(),
            seconds=answer.get("seconds", 0.0),
            metadata=result.metadata,
        )
    own_full, own_stub = await concurrently(
        output_part(CoqOutputPart(result.output_digest, "full")),
        output_part(CoqOutputPart(result.output_digest, "stub")),
    )
    stub_closure, beside_stubs = await concurrently(
        merge_digests(MergeDigests([inputs.stubs, own_stub])),
        merge_digests(MergeDigests([inputs.stubs, own_full])),
    )
    output = CompiledCoq(
        own_full, stub_closure, beside_stubs, inputs.modules, inputs.roots, inputs.sources
    )
    return FallibleCompiled(
        target.address,
        logical,
        Verdict.CLEAN,
        answer["output"].strip(),
        output,
        answer["seconds"],
        result.metadata,
    )


@rule(desc="See a Coq module as its dependents do", level=LogLevel.TRACE)
async def coq_interface(request: CoqInterfaceRequest) -> FallibleCoqInterface:
    compiled = await compile_coq(CompileCoqRequest(request.component), **implicitly())
    output = compiled.output
    if output is None:
        return FallibleCoqInterface(
            compiled.address, compiled.module, compiled.verdict, compiled.message
        )
    return FallibleCoqInterface(
        compiled.address,
        compiled.module,
        compiled.verdict,
        output=CoqInterface(output.stub_closure, output.modules, output.roots, output.sources),
    )


@rule(desc="Collect a Coq module and its imports", level=LogLevel.TRACE)
async def coq_full_closure(request: CoqFullClosureRequest) -> CoqFullClosure:
    compiled = await compile_coq(CompileCoqRequest(request.component), **implicitly())
    assert compiled.output is not None  # what imports it has compiled
    imported = await _merged_full_closures(request.component)
    return CoqFullClosure(await merge_digests(MergeDigests([imported, compiled.output.own])))


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileCoqRequest)]
