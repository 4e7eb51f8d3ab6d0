"""A whole theory, loaded in one process: Lean refuses two modules that declare one name."""

from __future__ import annotations

from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.target import WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, compile_lean
from fourfold.backend.lean.layout import (
    LEAN_DRIVER,
    SetUpLean,
    set_up_lean,
)
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import LeanWholeTheoryModulesField
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
from fourfold.prover.driver import run_driver
from fourfold.prover.library import LoadedLibrary, LoadLibraryRequest
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.sandbox.confined import ProofSandbox


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
        SetUpLean.of(target, lean),
        **implicitly(),
    )
    outputs = [c.output for c in compiled if c.output is not None]
    assert toolchain.digest is not None and len(outputs) == len(request.modules)
    merged = await merge_digests(MergeDigests(o.closure for o in outputs))
    library = await add_prefix(AddPrefix(merged, "lib"))
    timeout = target[ProofTimeoutField].value
    modules = sorted({m for output in outputs for m in output.modules})
    asked = {"step": "library", "modules": modules, "timeout": timeout}
    inputs, what = (toolchain.layout.auditor, library), f"Load {request.address}"
    result = await run_driver(LEAN_DRIVER, sandbox, toolchain, asked, inputs, what)
    answer = driver_answer(result)
    why = stopped(answer, timeout) or answer.get("error")
    messages = (f"its modules cannot be loaded together: {why}",) if why else ()
    return LoadedLibrary(messages, (result.metadata,), answer.get("seconds", 0.0))


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadLeanTheory)]
