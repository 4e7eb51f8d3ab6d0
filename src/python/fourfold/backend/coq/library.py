"""All modules of a theory in one process: clean one by one, they may be inconsistent together."""

from __future__ import annotations

from typing import Any, Mapping

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix, MergeDigests
from pants.engine.target import Target, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq import coqchk
from fourfold.backend.coq.compile import (
    CoqFullClosureRequest,
    compile_coq,
    coq_full_closure,
)
from fourfold.backend.coq.compile_errors import first_error, one_source_each
from fourfold.backend.coq.driver import COQ_DRIVER
from fourfold.backend.coq.spec import CompileCoqRequest
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import COQ
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
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import ProofTimeoutField, RecheckField
from fourfold.sandbox.confined import ProofSandbox


class LoadCoqTheoryRequest(LoadLibraryRequest):
    field_type = COQ.modules


def load_messages(
    answer: Mapping[str, Any], addresses: Mapping[str, Address], target: Target
) -> list[str]:
    if answer.get("accepted"):
        return []
    why = stopped(answer, target[ProofTimeoutField].value)
    if why is not None:
        return [f"the modules could not be loaded together: {why}"]
    said = first_error(answer["output"])
    said = said.partition("\nError:")[2].strip() or said
    clash = [f"{m} ({addresses[m]})" for m in answer.get("clash", ()) if m in addresses]
    if len(clash) < 2:
        return [f"the modules cannot be loaded together: {', '.join(clash)}: {said}"]
    return [
        f"{clash[0]} and {clash[1]} are inconsistent with each other (and what stands before the "
        f"first, in the order of names), though each is clean by itself: {said}"
    ]


@rule(desc="Load a Coq theory as a whole", level=LogLevel.DEBUG)
async def load_coq_theory(
    request: LoadCoqTheoryRequest, coq: CoqSubsystem, graph: ProofGraph, sandbox: ProofSandbox
) -> LoadedLibrary:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a Coq theory"), **implicitly()
    )
    target = wrapped.target
    components = [graph.by_address[address] for address in request.modules]
    setting = await setting_of(SettingRequest(target), **implicitly())
    toolchain = setting.toolchain
    assert toolchain.digest is not None and toolchain.layout is not None  # its modules compiled
    compiled = await concurrently(
        compile_coq(CompileCoqRequest(c), **implicitly()) for c in components
    )
    outputs = [c.output for c in compiled if c.output is not None]
    _, twice = one_source_each((target.address.spec, ""), (o.sources for o in outputs))
    if twice is not None:
        return LoadedLibrary((f"not loaded together: {twice}",))
    closures = await concurrently(coq_full_closure(CoqFullClosureRequest(c)) for c in components)
    merged = await merge_digests(MergeDigests(c.digest for c in closures))
    asked = {
        **toolchain.layout.request_fields(),
        "modules": sorted(c.module for c in compiled),
        "admitted": sorted(
            c.module
            for c, component in zip(compiled, components)
            if not component.representative[RecheckField].value
        ),
        "roots": sorted({root for o in outputs for root in o.roots}),
        "own_root": "",
        "flags": [],
        "timeout": target[ProofTimeoutField].value,
    }
    inputs = (await add_prefix(AddPrefix(merged, "lib")),)
    messages: list[str] = []
    metadata, seconds = [], 0.0
    for step in ("load", "check_whole") if coq.whole_closures else ("load",):
        what = f"{_NAMES[step]} {target.address.spec}"
        result = await run_driver(
            COQ_DRIVER, sandbox, toolchain, {**asked, "step": step}, inputs, what
        )
        answer = driver_answer(result)
        metadata.append(result.metadata)
        seconds += answer.get("seconds", 0.0)
        messages += (
            load_messages(answer, {c.module: c.address for c in compiled}, target)
            if step == "load"
            else coqchk.rejections(answer, target.address.spec)
        )
    return LoadedLibrary(tuple(messages), tuple(metadata), seconds)


_NAMES = {"load": "Load all modules of", "check_whole": "Re-check all modules of"}


def rules():
    return [*collect_rules(), UnionRule(LoadLibraryRequest, LoadCoqTheoryRequest)]
