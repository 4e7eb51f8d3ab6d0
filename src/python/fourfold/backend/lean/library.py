"""A whole theory, loaded in one process: Lean refuses two modules that declare one name."""

from __future__ import annotations

from pants.engine.fs import AddPrefix, Digest, MergeDigests
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import WrappedTarget, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, FallibleCompiledLean
from fourfold.backend.lean.dependency_inference import toolchain_of
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import LeanToolchainField, LeanWholeTheoryModulesField
from fourfold.backend.lean.toolchain import (
    LEAN_DRIVER,
    FallibleLeanToolchain,
    LeanToolchainRequest,
)
from fourfold.backend.prover.compiled import driver_answer, stopped
from fourfold.backend.prover.library import LoadedLibrary, LoadLibraryRequest
from fourfold.backend.prover.source_graph import ProofGraph
from fourfold.backend.prover.target_types import LibrariesField, ProofTimeoutField
from fourfold.toolchains.sandbox import (
    ConfinedProcess,
    ConfinedResult,
    ProofSandbox,
    driver_request,
)


class LoadLeanTheory(LoadLibraryRequest):
    field_type = LeanWholeTheoryModulesField


@rule(desc="Load a Lean theory", level=LogLevel.DEBUG)
async def load_lean_theory(
    request: LoadLeanTheory,
    lean: LeanSubsystem,
    graph: ProofGraph,
    sandbox: ProofSandbox,
) -> LoadedLibrary:
    wrapped = await Get(
        WrappedTarget,
        WrappedTargetRequest(request.address, description_of_origin="a Lean theory"),
    )
    compiled = await MultiGet(
        Get(FallibleCompiledLean, CompileLeanRequest(graph.by_address[address]))
        for address in request.modules
    )
    target = wrapped.target
    toolchain = await Get(
        FallibleLeanToolchain,
        LeanToolchainRequest(
            toolchain_of(target[LeanToolchainField], lean), target[LibrariesField].value or ()
        ),
    )
    outputs = [c.output for c in compiled if c.output is not None]
    assert toolchain.digest is not None and len(outputs) == len(request.modules)
    merged = await Get(Digest, MergeDigests(o.closure for o in outputs))
    library = await Get(Digest, AddPrefix(merged, "lib"))
    timeout = target[ProofTimeoutField].value
    modules = sorted({m for output in outputs for m in output.modules})
    confined = await Get(
        ConfinedResult,
        ConfinedProcess(
            driver=LEAN_DRIVER,
            request=driver_request(
                sandbox, {"step": "library", "modules": modules, "timeout": timeout}
            ),
            toolchain=toolchain.digest,
            system=toolchain.system,
            input_digest=await Get(Digest, MergeDigests([toolchain.auditor, library])),
            description=f"Load {request.address} with {toolchain.name}",
            timeout_seconds=timeout,
        ),
    )
    result = confined.result
    answer = driver_answer(result)
    why = stopped(answer, timeout) or answer.get("error")
    messages = (f"its modules cannot be loaded together: {why}",) if why else ()
    return LoadedLibrary(messages, (result.metadata,), answer.get("seconds", 0.0))


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadLeanTheory)]
