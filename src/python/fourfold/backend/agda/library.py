"""Loads all modules of a library in one process of Agda.

Modules that no third one imports can be clean one by one and contradict each other: one has axiom K
and another is cubical, or two bind the same builtin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.target import Target, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.compile import (
    AGDA_DRIVER,
    CompileAgdaRequest,
    compile_agda,
    flags_of,
)
from fourfold.backend.agda.layout import SetUpAgda, set_up_agda
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import AgdaWholeLibraryModulesField
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    implicitly,
    merge_digests,
    resolve_target,
    rule,
)
from fourfold.prover.compiled import FallibleCompiled, driver_answer, stopped
from fourfold.prover.driver import run_driver
from fourfold.prover.library import LoadedLibrary, LoadLibraryRequest
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.sandbox.confined import ProofSandbox


class LoadAgdaLibraryRequest(LoadLibraryRequest):
    field_type = AgdaWholeLibraryModulesField


@dataclass(frozen=True)
class LoadedTogether:
    """The modules of a library that have one toolchain, as they compiled."""

    targets: tuple[Target, ...]
    compiled: tuple[FallibleCompiled, ...]

    @property
    def flags(self) -> list[str]:
        """Those that all have: Agda says which others an importer needs."""
        first, *rest = (flags_of(t) for t in self.targets)
        return [f for f in first if all(f in flags for flags in rest)]

    @property
    def timeout(self) -> int:
        return max(t[ProofTimeoutField].value for t in self.targets)


def by_toolchain(
    targets: Sequence[Target], compiled: Sequence[FallibleCompiled], agda: AgdaSubsystem
) -> list[LoadedTogether]:
    """Modules of two toolchains cannot be loaded together; `overrides` can make them differ."""
    names = [SetUpAgda.of(t, agda).name for t in targets]
    groups = [
        [(t, c) for t, c, other in zip(targets, compiled, names) if other == name]
        for name in sorted(set(names))
    ]
    return [LoadedTogether(*(tuple(part) for part in zip(*group))) for group in groups]


@rule(desc="Load some Agda modules together", level=LogLevel.DEBUG)
async def load_together(
    request: LoadedTogether, agda: AgdaSubsystem, sandbox: ProofSandbox
) -> LoadedLibrary:
    first = request.targets[0]
    toolchain = await set_up_agda(SetUpAgda.of(first, agda))
    outputs = [c.output for c in request.compiled if c.output is not None]
    closure = await merge_digests(MergeDigests(o.closure for o in outputs))
    asked = {
        **toolchain.layout.request_fields(),
        "step": "library",
        "flags": request.flags,
        "modules": [c.module for c in request.compiled],
        "timeout": request.timeout,
    }
    inputs = (await add_prefix(AddPrefix(closure, "lib")),)
    what = f"Load {len(outputs)} Agda modules together"
    result = await run_driver(AGDA_DRIVER, sandbox, toolchain, asked, inputs, what)
    answer = driver_answer(result)
    why = stopped(answer, request.timeout) or answer["error"]
    messages = (f"the modules cannot be loaded together: {why}",) if why else ()
    return LoadedLibrary(messages, (result.metadata,), answer.get("seconds", 0.0))


@rule(desc="Load an Agda library", level=LogLevel.DEBUG)
async def load_agda_library(
    request: LoadAgdaLibraryRequest, agda: AgdaSubsystem, graph: ProofGraph
) -> LoadedLibrary:
    compiled = await concurrently(
        compile_agda(CompileAgdaRequest(graph.by_address[address]), **implicitly())
        for address in request.modules
    )
    wrapped = await concurrently(
        resolve_target(
            WrappedTargetRequest(address, description_of_origin="an Agda library"), **implicitly()
        )
        for address in request.modules
    )
    loaded = await concurrently(
        load_together(group, **implicitly())
        for group in by_toolchain([w.target for w in wrapped], compiled, agda)
    )
    return LoadedLibrary(
        tuple(m for one in loaded for m in one.messages),
        tuple(m for one in loaded for m in one.metadata),
        sum(one.seconds for one in loaded),
    )


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadAgdaLibraryRequest)]
