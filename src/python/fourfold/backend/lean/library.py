"""A whole theory, loaded in one process: Lean refuses two modules that declare one name."""

from __future__ import annotations

from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.target import WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, compile_lean
from fourfold.backend.lean.dependency_inference import toolchain_of
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import LeanToolchainField, LeanWholeTheoryModulesField
from fourfold.backend.lean.toolchain import (
    LEAN_DRIVER,
    LeanToolchainRequest,
    set_up_lean,
)
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    implicitly,
    merge_digests,
    resolve_target,
    rule,
)
from fourfold.prover.compiled import driver_answer, stopped
from fourfold.prover.library import LoadedLibrary, LoadLibraryRequest
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import LibrariesField, ProofTimeoutField
from fourfold.sandbox.confined import (
    ConfinedProcess,
    ProofSandbox,
    driver_request,
    run_confined,
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
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a Lean theory"), **implicitly()
    )
    compiled = await concurrently(
        compile_lean(CompileLeanRequest(graph.by_address[address]), **implicitly())
        for address in request.modules
    )
    target = wrapped.target
    toolchain = await set_up_lean(
        LeanToolchainRequest(
            toolchain_of(target[LeanToolchainField], lean), target[LibrariesField].value or ()
        ),
        **implicitly(),
    )
    outputs = [c.output for c in compiled if c.output is not None]
    assert toolchain.digest is not None and len(outputs) == len(request.modules)
    merged = await merge_digests(MergeDigests(o.closure for o in outputs))
    library = await add_prefix(AddPrefix(merged, "lib"))
    timeout = target[ProofTimeoutField].value
    modules = sorted({m for output in outputs for m in output.modules})
    confined = await run_confined(
        ConfinedProcess(
            driver=LEAN_DRIVER,
            request=driver_request(
                sandbox, {"step": "library", "modules": modules, "timeout": timeout}
            ),
            toolchain=toolchain.digest,
            system=toolchain.system,
            input_digest=await merge_digests(MergeDigests([toolchain.auditor, library])),
            description=f"Load {request.address} with {toolchain.name}",
            timeout_seconds=timeout,
        )
    )
    result = confined.result
    answer = driver_answer(result)
    why = stopped(answer, timeout) or answer.get("error")
    messages = (f"its modules cannot be loaded together: {why}",) if why else ()
    return LoadedLibrary(messages, (result.metadata,), answer.get("seconds", 0.0))


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadLeanTheory)]
