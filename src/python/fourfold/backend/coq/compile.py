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
from pants.engine.target import CoarsenedTarget
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile_errors import one_source_each, rejected_because
from fourfold.backend.coq.driver import COQ_DRIVER
from fourfold.backend.coq.extra_files import CoqExtraFiles, CoqExtraFilesRequest, find_extra_files
from fourfold.backend.coq.names import (
    load_root,
    root_of,
    vo_path,
)
from fourfold.backend.coq.spec import CompileCoqRequest, Coq
from fourfold.backend.coq.target_types import (
    CoqFlagsField,
    CoqSourceField,
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
    driver_answer,
)
from fourfold.prover.driver import run_driver
from fourfold.prover.envelope import (
    ambiguous,
    imports_of,
    misplaced,
    not_startable,
    refused,
    refused_at_once,
    rejected,
)
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox

_NO_OPAQUE_PROOF = "Cannot access opaque"


@dataclass(frozen=True)
class CompiledCoq:
    """`own` holds the module's .vo, `stub_closure` its stub and those of all that it imports.

    `beside_stubs` holds its .vo and the stubs of its imports. All are keyed by logical path, e.g.
    `VJP/dense.vo`; `source` is the file that was compiled. `modules` are the logical names of the
    closure, the module itself last, `roots` the first parts of these names, and `sources` the names
    with the addresses of their targets.
    """

    own: Digest
    stub_closure: Digest
    beside_stubs: Digest
    source: Digest
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


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


async def _merged_full_closures(component: CoarsenedTarget) -> Digest:
    """Of the imports alone."""
    closures = await concurrently(
        coq_full_closure(CoqFullClosureRequest(d)) for d in imports_of(component, Coq)
    )
    return await merge_digests(MergeDigests(c.digest for c in closures))


@dataclass(frozen=True)
class _Inputs:
    """What a module is compiled from; `modules`, `roots` and `sources` as in `CompiledCoq`."""

    toolchain: ProverToolchain
    source: Snapshot
    stubs: Digest
    extra: CoqExtraFiles
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


async def _inputs(component: CoarsenedTarget, sandbox: ProofSandbox) -> _Inputs | FallibleCompiled:
    target = component.representative
    logical = Coq.module_of(target)
    setting = await setting_of(SettingRequest(target), **implicitly())
    toolchain = setting.toolchain
    imports = await concurrently(
        coq_interface(CoqInterfaceRequest(d)) for d in imports_of(component, Coq)
    )
    stop = not_startable(target, Coq, toolchain, sandbox, imports)
    if stop is None:
        stop = await ambiguous(component, Coq, toolchain)
    if stop is not None:
        return stop
    compiled = [i.output for i in imports if i.output is not None]
    extra = await find_extra_files(CoqExtraFilesRequest(component))
    sources, twice = one_source_each((logical, target.address.spec), (c.sources for c in compiled))
    if extra.message or twice is not None:
        return refused(target, Coq, extra.message or twice or "")
    source, stubs = await concurrently(
        determine_source_files(source_request(target[CoqSourceField])),
        merge_digests(MergeDigests(c.stub_closure for c in compiled)),
    )
    message = misplaced(target, Coq, source.snapshot.files)
    if message is not None:
        return refused(target, Coq, message)
    return _Inputs(
        toolchain,
        source.snapshot,
        stubs,
        extra,
        closure_modules(logical, (c.modules for c in compiled)),
        tuple(sorted({load_root(logical), *(root for c in compiled for root in c.roots)})),
        sources,
    )


async def _library(imports: Digest, extra: CoqExtraFiles) -> Digest:
    merged = await merge_digests(MergeDigests([imports, extra.digest]))
    return await add_prefix(AddPrefix(merged, "lib"))


async def _run(
    component: CoarsenedTarget, inputs: _Inputs, sandbox: ProofSandbox
) -> FallibleProcessResult:
    target = component.representative
    logical, toolchain = Coq.module_of(target), inputs.toolchain
    asked = {
        **toolchain.layout.request_fields(),
        "step": "compile",
        "source": inputs.source.files[0],
        "vo": vo_path(logical),
        "own_root": root_of(logical),
        "roots": sorted({*inputs.roots, *inputs.extra.roots}),
        "flags": list(target[CoqFlagsField].value or ()),
        "timeout": target[ProofTimeoutField].value,
    }
    what, stubs = f"Compile {logical}", ("full", "stub")
    library = await _library(inputs.stubs, inputs.extra)
    files = (inputs.source.digest, library)
    result = await run_driver(COQ_DRIVER, sandbox, toolchain, asked, files, what, stubs)
    answer = driver_answer(result)
    # A file may look into an imported proof (`Print lemma`, extraction), which a stub lacks.
    if answer.get("accepted") or _NO_OPAQUE_PROOF not in answer.get("output", ""):
        return result
    library = await _library(await _merged_full_closures(component), inputs.extra)
    files, note = (inputs.source.digest, library), " and full imports"
    return await run_driver(COQ_DRIVER, sandbox, toolchain, asked, files, what, stubs, note=note)


@rule(desc="Compile a Coq module", level=LogLevel.DEBUG)
async def compile_coq(request: CompileCoqRequest, sandbox: ProofSandbox) -> FallibleCompiled:
    component = request.component
    stop = await refused_at_once(component, Coq)
    if stop is not None:
        return stop
    inputs = await _inputs(component, sandbox)
    if isinstance(inputs, FallibleCompiled):
        return inputs
    (target,) = proof_sources(component)
    result = await _run(component, inputs, sandbox)
    answer, logical = driver_answer(result), Coq.module_of(target)
    if not answer.get("accepted"):
        timeout = target[ProofTimeoutField].value
        message = rejected_because(answer, inputs.source.files[0], timeout)
        return await rejected(component, Coq, inputs.toolchain, inputs.modules, result, message)
    own_full, own_stub = await concurrently(
        output_part(CoqOutputPart(result.output_digest, "full")),
        output_part(CoqOutputPart(result.output_digest, "stub")),
    )
    stub_closure, beside_stubs = await concurrently(
        merge_digests(MergeDigests([inputs.stubs, own_stub])),
        merge_digests(MergeDigests([inputs.stubs, own_full])),
    )
    output = CompiledCoq(
        own_full,
        stub_closure,
        beside_stubs,
        inputs.source.digest,
        inputs.modules,
        inputs.roots,
        inputs.sources,
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
            compiled.address,
            compiled.module,
            compiled.verdict,
            compiled.message,
            cause=compiled.cause,
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
