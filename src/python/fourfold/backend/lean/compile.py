"""One Lean file's compile, from its imports' object files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.engine.fs import AddPrefix, Digest, MergeDigests, RemovePrefix
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.dependency_inference import (
    LeanHeaderRequest,
    map_lean_modules,
    module_of,
    scan_lean_header,
    toolchain_of,
)
from fourfold.backend.lean.names import module_path, similar
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    PERMITTED_OPTIONS,
    LeanFlagsField,
    LeanSourceField,
    LeanToolchainField,
    refused_option,
)
from fourfold.backend.lean.toolchain import (
    LEAN_DRIVER,
    FallibleLeanToolchain,
    LeanToolchainRequest,
    set_up_lean,
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
    cycle_message,
    driver_answer,
    failed_import,
    rejection,
)
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import (
    LibrariesField,
    ProofTimeoutField,
    invalid_fields,
)
from fourfold.sandbox.confined import (
    ConfinedProcess,
    ProofSandbox,
    driver_request,
    run_confined,
)


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


async def _missing_import_hint(target: Target, toolchain: FallibleLeanToolchain) -> str:
    """Names the imports that nothing provides, with what may have been meant."""
    header = await scan_lean_header(LeanHeaderRequest(target[LeanSourceField]))
    owners = await map_lean_modules(**implicitly())
    nameable = toolchain.modules | set(owners.owners(toolchain.name)) - {module_of(target)}
    hints = []
    for imported in header.imports:
        if imported.module in nameable:
            continue
        near = similar(imported.module, nameable)
        meant = f"; did you mean {', '.join(near)}?" if near else "."
        hints.append(
            f"{target[LeanSourceField].proof_path}:{imported.line}: missing import: neither a "
            f"target nor {toolchain.name} provides `{imported.module}`{meant}"
        )
    return "\n".join(hints)


def _failed(target: Target, message: str) -> FallibleCompiled:
    return FallibleCompiled(target.address, module_of(target), Verdict.HARD_ERROR, message)


def taken_name(module: str, toolchain: FallibleLeanToolchain) -> str | None:
    """Why a module may not be called so: its constants could pass for the toolchain's."""
    root = module.split(".", 1)[0]
    if not any(m == root or m.startswith(root + ".") for m in toolchain.modules):
        return None
    return (
        f"{module} has the name of a module of {toolchain.name}, or one below `{root}`, which is "
        "the toolchain's, and could pass for it where others import it. Set `module_prefix` of its "
        "target to another name."
    )


async def _cycle(members: list[Target]) -> FallibleCompiled:
    headers = await concurrently(
        scan_lean_header(LeanHeaderRequest(t[LeanSourceField])) for t in members
    )
    names = [module_of(t) for t in members]
    edges = {
        name: tuple(i.module for i in header.imports if i.module in names)
        for name, header in zip(names, headers)
    }
    return _failed(members[0], cycle_message(edges))


@rule(desc="Compile a Lean module", level=LogLevel.DEBUG)
async def compile_lean(
    request: CompileLeanRequest, lean: LeanSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    members = proof_sources(request.component)
    target = members[0]
    module = module_of(target)
    invalid = invalid_fields(target)
    if invalid is not None:
        return _failed(target, invalid)
    if len(members) > 1:
        return await _cycle(members)
    flags = tuple(target[LeanFlagsField].value or ())
    refused = refused_option(flags)
    if refused is not None:
        return _failed(
            target,
            f"the flag `{refused}` is not permitted: it could weaken what is checked. Permitted "
            f"are `-D<name>=<value>` with the names {', '.join(PERMITTED_OPTIONS)}; see `flags` "
            f"in {target.address.spec_path}/BUILD.",
        )

    imports = await concurrently(
        compile_lean(CompileLeanRequest(d), **implicitly())
        for d in request.component.dependencies
        if d.representative.has_field(LeanSourceField)
    )
    toolchain = await set_up_lean(
        LeanToolchainRequest(
            toolchain_of(target[LeanToolchainField], lean), target[LibrariesField].value or ()
        ),
        **implicitly(),
    )
    if toolchain.digest is None:
        return FallibleCompiled(target.address, module, Verdict.NOT_AVAILABLE, toolchain.reason)
    taken = taken_name(module, toolchain)
    if taken is not None:
        return _failed(target, taken)
    failed = failed_import(imports)
    if failed is not None:
        return FallibleCompiled(target.address, module, *failed)
    compiled = [i.output for i in imports if i.output is not None]
    modules = closure_modules(module, (c.modules for c in compiled))

    source, closure = await concurrently(
        determine_source_files(source_request(target[LeanSourceField])),
        merge_digests(MergeDigests(c.closure for c in compiled)),
    )
    library = await add_prefix(AddPrefix(closure, "lib"))
    timeout = target[ProofTimeoutField].value
    confined = await run_confined(
        ConfinedProcess(
            driver=LEAN_DRIVER,
            request=driver_request(
                sandbox,
                {
                    "step": "compile",
                    "source": source.snapshot.files[0],
                    "module_path": module_path(module),
                    "flags": flags,
                    "features": toolchain.features,
                    "timeout": timeout,
                },
            ),
            toolchain=toolchain.digest,
            system=toolchain.system,
            input_digest=await merge_digests(MergeDigests([source.snapshot.digest, library])),
            output_directories=("out",),
            description=f"Compile {module} with {toolchain.name}",
            timeout_seconds=timeout,
        )
    )
    result = confined.result
    answer = driver_answer(result)
    if not answer.get("accepted"):
        message = rejected_because(answer, source.snapshot.files[0], timeout)
        hint = await _missing_import_hint(target, toolchain)
        return FallibleCompiled(
            target.address,
            module,
            Verdict.HARD_ERROR,
            f"{message}\n{hint}".strip(),
            seconds=answer.get("seconds", 0.0),
            metadata=result.metadata,
        )
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
