"""The compile of one source from its imports, once for the provers of which that is all.

Such a prover gives a `ModuleProver`: what its driver is asked, and what the answer means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Iterable, Mapping, Sequence, Type

from pants.engine.fs import AddPrefix, Digest, MergeDigests, RemovePrefix
from pants.engine.target import CoarsenedTarget, Target
from pants.engine.unions import UnionMembership, UnionRule
from pants.util.logging import LogLevel

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
    CompiledSource,
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
from fourfold.prover.setting import Setting, SettingRequest, setting_of
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.source_text import source_request
from fourfold.prover.spec import SourceProver, prover_of
from fourfold.prover.target_types import ProofSourceField, ProofTimeoutField
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import DriverScripts, ProofSandbox


class CompileSourceRequest(CompileRequest):
    pass


@dataclass(frozen=True)
class SourceCompile:
    """A compile that ran: the driver's `answer`, for a source at the path `file`.

    `imports` are what its imports' compiles left, `axioms` those permitted everywhere.
    """

    target: Target
    module: str
    file: str
    imports: tuple[CompiledSource, ...]
    axioms: tuple[str, ...]
    answer: Mapping[str, Any]


class ModuleProver(SourceProver):
    """A prover whose dependents take a module as its compile has left it."""

    compile = CompileSourceRequest

    driver: ClassVar[DriverScripts]
    # What a compile that ended without error, and without it, has not written.
    written: ClassVar[str]

    @staticmethod
    def asked(target: Target, toolchain: ProverToolchain) -> dict[str, Any]:
        """What the driver is asked for a source, beside `step`, `source`, `timeout`."""
        raise NotImplementedError()

    @staticmethod
    def refused_import(target: Target, imports: Iterable[FallibleCompiled]) -> str | None:
        """Why a module is not compiled, for what one of its imports is."""
        return None

    @staticmethod
    def refused_outcome(ran: SourceCompile) -> str | None:
        """Why a module is refused whatever the prover says of it."""
        return None

    @staticmethod
    def rejected_because(answer: Mapping[str, Any], file: str) -> str:
        """From what the prover printed of a module that it rejects."""
        raise NotImplementedError()

    @staticmethod
    def said(answer: Mapping[str, Any]) -> str:
        """What a person is shown of the prover's output for a module that it accepts."""
        return str(answer["output"]).strip()

    @staticmethod
    def more(ran: SourceCompile) -> Any:
        """`CompiledSource.more` of an accepted module."""
        return None

    @staticmethod
    def asked_together(
        targets: Sequence[Target], compiled: Sequence[FallibleCompiled], toolchain: ProverToolchain
    ) -> dict[str, Any]:
        """What the driver is asked for modules to be loaded in one process (load_together.py)."""
        raise NotImplementedError()

    @staticmethod
    def auditor(toolchain: ProverToolchain) -> tuple[Digest, ...]:
        """What audits and loads need beside the driver's scripts."""
        return ()


def why_rejected(
    prover: Type[ModuleProver], answer: Mapping[str, Any], file: str, timeout: int
) -> str:
    general = rejection(answer, file, timeout)
    if general is not None:
        return general
    if answer.get("missing_output"):
        name = prover.subsystem.name
        return f"{file}: {name} ended without error and wrote no {prover.written}"
    return prover.rejected_because(answer, file)


@dataclass(frozen=True)
class _Inputs:
    """What a source is compiled from."""

    setting: Setting
    source: Digest
    closure: Digest
    imports: tuple[CompiledSource, ...]


async def _inputs(
    component: CoarsenedTarget, prover: Type[ModuleProver], sandbox: ProofSandbox
) -> _Inputs | FallibleCompiled:
    """Or why it is not compiled at all."""
    stop = await refused_at_once(component, prover)
    if stop is not None:
        return stop
    (target,) = proof_sources(component)
    imports = await concurrently(
        compile_source(CompileSourceRequest(d), **implicitly())
        for d in imports_of(component, prover)
    )
    setting = await setting_of(SettingRequest(target), **implicitly())
    stop = not_startable(target, prover, setting.toolchain, sandbox, imports)
    if stop is None:
        stop = await ambiguous(component, prover, setting.toolchain)
    if stop is not None:
        return stop
    message = prover.refused_import(target, imports)
    if message is not None:
        return refused(target, prover, message)
    compiled = tuple(i.output for i in imports if i.output is not None)
    source, closure = await concurrently(
        determine_source_files(source_request(target[ProofSourceField])),
        merge_digests(MergeDigests(c.closure for c in compiled)),
    )
    message = misplaced(target, prover, source.snapshot.files)
    if message is not None:
        return refused(target, prover, message)
    return _Inputs(setting, source.snapshot.digest, closure, compiled)


@rule(desc="Compile a source", level=LogLevel.DEBUG)
async def compile_source(
    request: CompileSourceRequest, sandbox: ProofSandbox, union_membership: UnionMembership
) -> FallibleCompiled:
    component = request.component
    target = proof_sources(component)[0]
    prover = prover_of(target[ProofSourceField], union_membership)
    assert issubclass(prover, ModuleProver)  # its `compile` is this one
    inputs = await _inputs(component, prover, sandbox)
    if isinstance(inputs, FallibleCompiled):
        return inputs
    toolchain, imports = inputs.setting.toolchain, inputs.imports
    module, file = prover.module_of(target), target[ProofSourceField].proof_path
    modules = closure_modules(module, (c.modules for c in imports))
    timeout = target[ProofTimeoutField].value
    asked = {
        **prover.asked(target, toolchain),
        "step": "compile",
        "source": file,
        "timeout": timeout,
    }
    files = (inputs.source, await add_prefix(AddPrefix(inputs.closure, "lib")))
    what, out = f"Compile {module}", ("out",)
    result = await run_driver(prover.driver, sandbox, toolchain, asked, files, what, out)
    answer = driver_answer(result)
    ran = SourceCompile(target, module, file, imports, inputs.setting.options.axioms, answer)
    facts = dict(seconds=answer.get("seconds", 0.0), metadata=result.metadata)
    message = prover.refused_outcome(ran)
    if message is not None:
        return refused(target, prover, message, **facts)
    if not answer.get("accepted"):
        message = why_rejected(prover, answer, file, timeout)
        return await rejected(component, prover, toolchain, modules, result, message)
    own = await remove_prefix(RemovePrefix(result.output_digest, "out"))
    closure = await merge_digests(MergeDigests([inputs.closure, own]))
    output = CompiledSource(own, closure, modules, prover.more(ran))
    said = prover.said(answer)
    return FallibleCompiled(target.address, module, Verdict.CLEAN, said, output, **facts)


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileSourceRequest)]
