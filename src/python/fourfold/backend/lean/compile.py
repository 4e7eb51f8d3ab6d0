"""One Lean file's compile, from its imports' object files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.engine.fs import AddPrefix, Digest, MergeDigests, RemovePrefix
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.layout import (
    LEAN_DRIVER,
    SetUpLean,
    set_up_lean,
)
from fourfold.backend.lean.names import module_path
from fourfold.backend.lean.spec import Lean
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    LeanFlagsField,
    LeanSourceField,
)
from fourfold.core.verdict import Verdict
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    determine_source_files,
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
    rejection,
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
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.sandbox.confined import ProofSandbox


@dataclass(frozen=True)
class CompiledLean:
    """`own` holds what Lean wrote of the module; `closure` that, and its imports'.

    `modules` are the names of the closure, the module itself last.
    """

    own: Digest
    closure: Digest
    modules: tuple[str, ...]


class CompileLeanRequest(CompileRequest):
    pass


def rejected_because(answer: dict[str, Any], source: str, timeout: int) -> str:
    general = rejection(answer, source, timeout)
    if general is not None:
        return general
    if answer.get("missing_output"):
        return f"{source}: Lean ended without error and wrote no .olean (did the file end it?)"
    lines = answer["output"].splitlines()
    errors = [i for i, line in enumerate(lines) if "error" in line]
    return "\n".join(lines[errors[0] :] if errors else lines).strip()


@rule(desc="Compile a Lean module", level=LogLevel.DEBUG)
async def compile_lean(
    request: CompileLeanRequest, lean: LeanSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    component = request.component
    stop = await refused_at_once(component, Lean)
    if stop is not None:
        return stop
    (target,) = proof_sources(component)
    imports = await concurrently(
        compile_lean(CompileLeanRequest(d), **implicitly()) for d in imports_of(component, Lean)
    )
    toolchain = await set_up_lean(SetUpLean.of(target, lean), **implicitly())
    stop = not_startable(target, Lean, toolchain, sandbox, imports)
    if stop is None:
        stop = await ambiguous(component, Lean, toolchain)
    if stop is not None:
        return stop
    compiled = [i.output for i in imports if i.output is not None]
    module, file = Lean.module_of(target), target[LeanSourceField].proof_path
    modules = closure_modules(module, (c.modules for c in compiled))
    source, closure = await concurrently(
        determine_source_files(source_request(target[LeanSourceField])),
        merge_digests(MergeDigests(c.closure for c in compiled)),
    )
    message = misplaced(target, Lean, source.snapshot.files)
    if message is not None:
        return refused(target, Lean, message)
    timeout = target[ProofTimeoutField].value
    asked = {
        "step": "compile",
        "source": file,
        "module_path": module_path(module),
        "flags": tuple(target[LeanFlagsField].value or ()),
        "features": toolchain.layout.features,
        "timeout": timeout,
    }
    inputs = (source.snapshot.digest, await add_prefix(AddPrefix(closure, "lib")))
    result = await run_driver(
        LEAN_DRIVER, sandbox, toolchain, asked, inputs, f"Compile {module}", ("out",)
    )
    answer = driver_answer(result)
    if not answer.get("accepted"):
        message = rejected_because(answer, file, timeout)
        return await rejected(component, Lean, toolchain, modules, result, message)
    own = await remove_prefix(RemovePrefix(result.output_digest, "out"))
    return FallibleCompiled(
        target.address,
        module,
        Verdict.CLEAN,
        answer["output"].strip(),
        CompiledLean(own, await merge_digests(MergeDigests([closure, own])), modules),
        answer["seconds"],
        result.metadata,
    )


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileLeanRequest)]
