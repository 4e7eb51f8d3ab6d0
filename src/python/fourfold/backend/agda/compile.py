"""One Agda file's check, from its imports' interface files.

Dependents are given a module's text without its comments, and the interface that Agda makes of
that text: a remark or a blank line leaves their keys as they were. A proof is part of an
interface in Agda, so a change of one is seen by all that import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.fs import AddPrefix, Digest, MergeDigests, RemovePrefix
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.dependency_inference import (
    AgdaImportsRequest,
    map_agda_modules,
    module_of,
    scan_agda_imports,
    toolchain_of,
)
from fourfold.backend.agda.names import (
    project_of,
    refused_name,
    similar,
    source_path,
    taken_name,
    wanted_prefix,
)
from fourfold.backend.agda.options import permitted_flags
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaFlagsField,
    AgdaSafeField,
    AgdaSourceField,
    AgdaToolchainField,
)
from fourfold.backend.agda.toolchain import AgdaToolchainRequest, FallibleAgdaToolchain, set_up_agda
from fourfold.backend.agda.trusted import (
    Asked,
    Trusted,
    literal_operators,
    never_trusted,
    reflects,
    trusted_by,
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
from fourfold.prover.flags import refusal, refused_flag
from fourfold.prover.judgement import policy_of
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import (
    LibrariesField,
    ProofTimeoutField,
    invalid_fields,
)
from fourfold.sandbox.confined import (
    ConfinedProcess,
    DriverScripts,
    ProofSandbox,
    driver_request,
    run_confined,
)

_INTERNAL_ERROR = 154

AGDA_DRIVER = DriverScripts(
    (
        ("fourfold.backend.agda.sandbox", "agda_driver.py"),
        ("fourfold.backend.agda.sandbox", "agda_audit.py"),
        ("fourfold.backend.agda.sandbox", "agda_claims.py"),
        ("fourfold.backend.agda.sandbox", "agda_interface.py"),
        ("fourfold.backend.agda.sandbox", "agda_questions.py"),
        ("fourfold.backend.agda.sandbox", "agda_reflection.py"),
        ("fourfold.backend.agda.sandbox", "agda_survey.py"),
        ("fourfold.backend.agda.sandbox", "agda_text.py"),
    )
)


@dataclass(frozen=True)
class CompiledAgda:
    """`own` holds the module's text without comments and its interface, below its project.

    `closure` holds them for all that it imports as well. `modules` are the full names of the
    closure, the module itself last; `unsafe` are those not checked with `--safe`, and `trusted`
    is what all of them take on trust; `reflects` says whether one of them can declare macros.
    """

    own: Digest
    closure: Digest
    modules: tuple[str, ...]
    unsafe: tuple[str, ...]
    trusted: tuple[Trusted, ...]
    reflects: bool = False


class CompileAgdaRequest(CompileRequest):
    pass


def flags_of(target: Target) -> list[str]:
    """All flags of the module's project, of which `--safe` is the first."""
    safe = ["--safe"] if target[AgdaSafeField].value else []
    return [*safe, *(target[AgdaFlagsField].value or ())]


def step_fields(target: Target, toolchain: FallibleAgdaToolchain, source: str) -> dict[str, Any]:
    """What every step of the driver is told about a module; `source` is its file's path."""
    assert toolchain.layout is not None
    flags = flags_of(target)
    return {
        **toolchain.layout.request_fields(),
        "flags": flags,
        "module": module_of(target),
        "path": source_path(module_of(target), source),
        "project": project_of(flags),
        "safe": target[AgdaSafeField].value,
        "source": source,
        "timeout": target[ProofTimeoutField].value,
    }


def without_progress(output: str) -> str:
    """What a person needs of Agda's output: not which module it checks."""
    lines = [line for line in output.splitlines() if not line.lstrip().startswith("Checking ")]
    return "\n".join(lines).strip()


def crashed(answer: Mapping[str, Any]) -> str | None:
    if answer.get("exit_code") != _INTERNAL_ERROR:
        return None
    return (
        f"Agda crashed on this file (internal error, exit code {_INTERNAL_ERROR}): a fault of its "
        f"own. It said: {without_progress(answer['output'])}"
    )


def rejected_because(answer: Mapping[str, Any], source: str, timeout: int) -> str:
    general = rejection(answer, source, timeout)
    if general is not None:
        return general
    if answer.get("missing_output"):
        return f"{source}: Agda ended without error and wrote no interface"
    if answer.get("not_read"):
        return (
            f"{source}: Fourfold cannot read the interface file of this Agda "
            f"({answer['not_read']}), and so cannot say what the module takes on trust. Use a "
            "toolchain with Agda 2.6.4.3 or 2.8.0."
        )
    crash = crashed(answer)
    if crash is not None:
        return f"{source}: {crash}"
    return without_progress(answer["output"])


async def _import_hints(target: Target, toolchain: FallibleAgdaToolchain) -> str:
    """Names the imports that nothing provides, and a module prefix that is not set."""
    assert toolchain.layout is not None
    scanned = await scan_agda_imports(AgdaImportsRequest(target[AgdaSourceField]))
    owners = await map_agda_modules(**implicitly())
    nameable = toolchain.layout.modules | set(owners.owners(toolchain.name))
    hints = []
    for imported in scanned.imports:
        if imported.name in nameable:
            continue
        near = similar(imported.name, nameable)
        meant = f"; did you mean {', '.join(near)}?" if near else "."
        hints.append(
            f"{target[AgdaSourceField].proof_path}:{imported.line}: missing import: no target and "
            f"no built-in module of {toolchain.name} provides `{imported.written}`{meant}"
        )
    prefix = wanted_prefix(scanned.header, module_of(target))
    if prefix is not None:
        hints.append(
            f"{target[AgdaSourceField].proof_path} calls itself {scanned.header}. To have it so, "
            f'set `module_prefix="{prefix}"` in {target.address.spec_path}/BUILD, or move the '
            "target to the folder above."
        )
    return "\n".join(hints)


def _failed(target: Target, message: str) -> FallibleCompiled:
    return FallibleCompiled(target.address, module_of(target), Verdict.HARD_ERROR, message)


async def _cycle(members: list[Target]) -> FallibleCompiled:
    scanned = await concurrently(
        scan_agda_imports(AgdaImportsRequest(t[AgdaSourceField])) for t in members
    )
    names = [module_of(t) for t in members]
    edges = {
        name: tuple(i.name for i in s.imports if i.name in names) for name, s in zip(names, scanned)
    }
    return _failed(members[0], cycle_message(edges))


@rule(desc="Check an Agda module", level=LogLevel.DEBUG)
async def compile_agda(
    request: CompileAgdaRequest, agda: AgdaSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    members = proof_sources(request.component)
    target = members[0]
    module = module_of(target)
    unfit = invalid_fields(target) or refused_name(
        target.address.spec_path, target[AgdaSourceField].proof_path
    )
    if unfit is not None:
        return _failed(target, unfit)
    if len(members) > 1:
        return await _cycle(members)
    safe = target[AgdaSafeField].value
    permitted = permitted_flags(safe)
    refused = refused_flag(target[AgdaFlagsField].value or (), permitted)
    build_file = f"{target.address.spec_path}/BUILD"
    if refused is not None:
        return _failed(target, refusal(refused, permitted, build_file))

    imports = await concurrently(
        compile_agda(CompileAgdaRequest(d), **implicitly())
        for d in request.component.dependencies
        if d.representative.has_field(AgdaSourceField)
    )
    toolchain = await set_up_agda(
        AgdaToolchainRequest(
            toolchain_of(target[AgdaToolchainField], agda), target[LibrariesField].value or ()
        )
    )
    if toolchain.digest is None or toolchain.layout is None or sandbox.digest is None:
        return FallibleCompiled(
            target.address, module, Verdict.NOT_AVAILABLE, toolchain.reason or sandbox.reason
        )
    taken = taken_name(module, toolchain.name, toolchain.layout.modules)
    if taken is not None:
        return _failed(target, taken)
    failed = failed_import(imports)
    if failed is not None:
        return FallibleCompiled(target.address, module, *failed)
    compiled = [i.output for i in imports if i.output is not None]
    unsafe = [i for i in imports if i.output is not None and i.output.unsafe]
    if unsafe:
        # Also where `safe` is off: Agda stops listing what is unsafe at such an import.
        return _failed(
            target,
            f"{module} imports {unsafe[0].module} ({unsafe[0].address}), which is not checked "
            "with `--safe`, so Agda cannot say what else it takes on trust. Make what it needs a "
            f"parameter of a module, or use it in {unsafe[0].module} itself.",
        )
    modules = closure_modules(module, (c.modules for c in compiled))

    source, imported = await concurrently(
        determine_source_files(source_request(target[AgdaSourceField])),
        merge_digests(MergeDigests(c.closure for c in compiled)),
    )
    file = source.snapshot.files[0]
    library = await add_prefix(AddPrefix(imported, "lib"))
    timeout = target[ProofTimeoutField].value
    confined = await run_confined(
        ConfinedProcess(
            driver=AGDA_DRIVER,
            request=driver_request(
                sandbox, {**step_fields(target, toolchain, file), "step": "compile"}
            ),
            toolchain=toolchain.digest,
            input_digest=await merge_digests(MergeDigests([source.snapshot.digest, library])),
            output_directories=("out",),
            description=f"Compile {module} with {toolchain.name}",
            timeout_seconds=timeout,
        )
    )
    result = confined.result
    answer = driver_answer(result)
    facts = dict(seconds=answer.get("seconds", 0.0), metadata=result.metadata)
    policy = literal_operators(policy_of(target, agda.axioms))
    asked = Asked(safe, target[AgdaFlagsField].value or (), policy, build_file)
    reflecting = any(c.reflects for c in compiled) or reflects(answer)
    macros = reflecting and asked.cubical
    never = never_trusted(answer, module, file, asked, macros)
    if never:
        return FallibleCompiled(
            target.address, module, Verdict.HARD_ERROR, "\n".join(never), **facts
        )
    if not answer.get("accepted"):
        message = rejected_because(answer, file, timeout)
        hint = await _import_hints(target, toolchain)
        return FallibleCompiled(
            target.address, module, Verdict.HARD_ERROR, f"{message}\n{hint}".strip(), **facts
        )
    trusted: set[Trusted] = {t for c in compiled for t in c.trusted}
    unsafe_modules = {m for c in compiled for m in c.unsafe} | (set() if safe else {module})
    trusted.update(trusted_by(answer, module, file, macros))
    own = await remove_prefix(RemovePrefix(result.output_digest, "out"))
    closure = await merge_digests(MergeDigests([imported, own]))
    return FallibleCompiled(
        target.address,
        module,
        Verdict.CLEAN,
        without_progress(answer["output"]),
        CompiledAgda(
            own,
            closure,
            modules,
            tuple(sorted(unsafe_modules)),
            tuple(sorted(trusted, key=lambda t: (t.module, t.name))),
            reflecting,
        ),
        **facts,
    )


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileAgdaRequest)]
