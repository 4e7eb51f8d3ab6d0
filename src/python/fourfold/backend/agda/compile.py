"""One Agda file's check, from its imports' interface files.

Dependents are given a module's text without its comments, and the interface that Agda makes of
that text: a remark or a blank line leaves their keys as they were. A proof is part of an
interface in Agda, so a change of one is seen by all that import it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from pants.engine.fs import AddPrefix, Digest, MergeDigests, RemovePrefix
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.layout import SetUpAgda, set_up_agda
from fourfold.backend.agda.names import (
    project_of,
    source_path,
)
from fourfold.backend.agda.spec import Agda
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaFlagsField,
    AgdaSafeField,
    AgdaSourceField,
)
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
from fourfold.prover.judgement import policy_of
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import DriverScripts, ProofSandbox

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


def step_fields(target: Target, toolchain: ProverToolchain, source: str) -> dict[str, Any]:
    """What every step of the driver is told about a module; `source` is its file's path."""
    assert toolchain.layout is not None
    flags = flags_of(target)
    return {
        **toolchain.layout.request_fields(),
        "flags": flags,
        "module": Agda.module_of(target),
        "path": source_path(Agda.module_of(target), source),
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


def _unsafe_import(module: str, imports: Iterable[FallibleCompiled]) -> str | None:
    unsafe = [i for i in imports if i.output is not None and i.output.unsafe]
    if not unsafe:
        return None
    # Also where `safe` is off: Agda stops listing what is unsafe at such an import.
    return (
        f"{module} imports {unsafe[0].module} ({unsafe[0].address}), which is not checked "
        "with `--safe`, so Agda cannot say what else it takes on trust. Make what it needs a "
        f"parameter of a module, or use it in {unsafe[0].module} itself."
    )


def _asked(target: Target, agda: AgdaSubsystem) -> Asked:
    policy = literal_operators(policy_of(target, agda.axioms))
    flags = target[AgdaFlagsField].value or ()
    return Asked(target[AgdaSafeField].value, flags, policy, f"{target.address.spec_path}/BUILD")


def _with_trust(
    own: Digest,
    closure: Digest,
    imported: Sequence[CompiledAgda],
    trusted: Iterable[Trusted],
    module: str,
    safe: bool,
    reflecting: bool,
) -> CompiledAgda:
    """What all of the closure takes on trust, put together."""
    unsafe = {m for c in imported for m in c.unsafe} | (set() if safe else {module})
    everything = {*trusted, *(t for c in imported for t in c.trusted)}
    return CompiledAgda(
        own,
        closure,
        closure_modules(module, (c.modules for c in imported)),
        tuple(sorted(unsafe)),
        tuple(sorted(everything, key=lambda t: (t.module, t.name))),
        reflecting,
    )


@rule(desc="Check an Agda module", level=LogLevel.DEBUG)
async def compile_agda(
    request: CompileAgdaRequest, agda: AgdaSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    component = request.component
    stop = await refused_at_once(component, Agda)
    if stop is not None:
        return stop
    (target,) = proof_sources(component)
    module = Agda.module_of(target)
    imports = await concurrently(
        compile_agda(CompileAgdaRequest(d), **implicitly()) for d in imports_of(component, Agda)
    )
    toolchain = await set_up_agda(SetUpAgda.of(target, agda))
    stop = not_startable(target, Agda, toolchain, sandbox, imports)
    if stop is None:
        stop = await ambiguous(component, Agda, toolchain)
    if stop is not None:
        return stop
    message = _unsafe_import(module, imports)
    if message is not None:
        return refused(target, Agda, message)
    compiled = [i.output for i in imports if i.output is not None]
    source, imported = await concurrently(
        determine_source_files(source_request(target[AgdaSourceField])),
        merge_digests(MergeDigests(c.closure for c in compiled)),
    )
    file, asked = target[AgdaSourceField].proof_path, _asked(target, agda)
    message = misplaced(target, Agda, source.snapshot.files)
    if message is not None:
        return refused(target, Agda, message)
    result = await run_driver(
        AGDA_DRIVER,
        sandbox,
        toolchain,
        {**step_fields(target, toolchain, file), "step": "compile"},
        (source.snapshot.digest, await add_prefix(AddPrefix(imported, "lib"))),
        f"Compile {module}",
        ("out",),
    )
    answer = driver_answer(result)
    reflecting = any(c.reflects for c in compiled) or reflects(answer)
    macros = reflecting and asked.cubical
    never = never_trusted(answer, module, file, asked, macros)
    facts = dict(seconds=answer.get("seconds", 0.0), metadata=result.metadata)
    if never:
        return dataclasses.replace(refused(target, Agda, "\n".join(never)), **facts)
    if not answer.get("accepted"):
        message = rejected_because(answer, file, target[ProofTimeoutField].value)
        known = closure_modules(module, (c.modules for c in compiled))
        return await rejected(component, Agda, toolchain, known, result, message)
    own = await remove_prefix(RemovePrefix(result.output_digest, "out"))
    closure = await merge_digests(MergeDigests([imported, own]))
    trusted = trusted_by(answer, module, file, macros)
    output = _with_trust(own, closure, compiled, trusted, module, asked.safe, reflecting)
    said = without_progress(answer["output"])
    return FallibleCompiled(target.address, module, Verdict.CLEAN, said, output, **facts)


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileAgdaRequest)]
