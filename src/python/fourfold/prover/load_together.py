"""All modules of a library in one process, for the provers that `compile_source` serves.

Modules that no third one imports can be clean one by one and not agree: they declare one name, or
bind the same builtin, or have options that exclude each other. Modules of two toolchains cannot be
loaded together, and `overrides` can make them differ; so those of each toolchain are.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.unions import UnionMembership, UnionRule
from pants.util.logging import LogLevel

from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    implicitly,
    merge_digests,
    rule,
)
from fourfold.prover.compile_source import ModuleProver
from fourfold.prover.compiled import driver_answer, stopped
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import CompiledModule, CompiledModuleRequest, compiled_module
from fourfold.prover.library import LoadedLibrary, LoadLibraryRequest
from fourfold.prover.library_targets import LoadedTogetherField
from fourfold.prover.spec import prover_for
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.sandbox.confined import ProofSandbox


class LoadTogetherRequest(LoadLibraryRequest):
    field_type = LoadedTogetherField


@dataclass(frozen=True)
class LoadedTogether:
    """Modules of a library that have one toolchain."""

    modules: tuple[CompiledModule, ...]


@rule(desc="Load some modules together", level=LogLevel.DEBUG)
async def load_together(
    request: LoadedTogether, sandbox: ProofSandbox, union_membership: UnionMembership
) -> LoadedLibrary:
    first, targets = request.modules[0], [m.target for m in request.modules]
    prover, toolchain = prover_for(first.target, union_membership), first.toolchain
    assert issubclass(prover, ModuleProver)  # its libraries have the field
    outputs = [m.compiled.output for m in request.modules]
    closure = await merge_digests(MergeDigests(o.closure for o in outputs))
    timeout = max(t[ProofTimeoutField].value for t in targets)
    asked = {
        **prover.asked_together(targets, [m.compiled for m in request.modules], toolchain),
        "step": "library",
        "timeout": timeout,
    }
    inputs = (*prover.auditor(toolchain), await add_prefix(AddPrefix(closure, "lib")))
    what = f"Load {len(outputs)} {prover.subsystem.name} modules together"
    result = await run_driver(prover.driver, sandbox, toolchain, asked, inputs, what)
    answer = driver_answer(result)
    why = stopped(answer, timeout) or answer.get("error")
    messages = (f"the modules cannot be loaded together: {why}",) if why else ()
    return LoadedLibrary(messages, (result.metadata,), answer.get("seconds", 0.0))


def by_toolchain(modules: tuple[CompiledModule, ...]) -> list[LoadedTogether]:
    names = sorted({m.toolchain.name for m in modules})
    groups = [tuple(m for m in modules if m.toolchain.name == name) for name in names]
    return [LoadedTogether(group) for group in groups]


@rule(desc="Load a library", level=LogLevel.DEBUG)
async def load_modules_together(request: LoadTogetherRequest) -> LoadedLibrary:
    modules = await concurrently(
        compiled_module(CompiledModuleRequest(address), **implicitly())
        for address in request.modules
    )
    assert all(m.compiled.output is not None for m in modules)  # they passed their tests
    loaded = await concurrently(
        load_together(group, **implicitly()) for group in by_toolchain(modules)
    )
    return LoadedLibrary(
        tuple(m for one in loaded for m in one.messages),
        tuple(m for one in loaded for m in one.metadata),
        sum(one.seconds for one in loaded),
    )


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadTogetherRequest)]
