"""One step over a compiled module: its audit, its re-check, or the trace of an axiom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import (
    CompiledCoq,
    CoqFullClosureRequest,
    coq_full_closure,
)
from fourfold.backend.coq.driver import COQ_DRIVER, WITNESS_DRIVER
from fourfold.backend.coq.flags import for_the_kernel
from fourfold.backend.coq.names import root_of
from fourfold.backend.coq.target_types import CoqFlagsField
from fourfold.engine import add_prefix, collect_rules, implicitly, rule
from fourfold.prover.driver import run_driver
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import ProofTimeoutField
from fourfold.sandbox.confined import ProofSandbox

_STEP_NAMES = {
    "audit": "Audit",
    "statements": "Compare the statements of",
    "recheck": "Re-check",
    "explain": "Trace an axiom of",
    "witness": "Check independently",
}


@dataclass(frozen=True)
class CoqStepRequest:
    """One step of the driver; `request` adds to its JSON.

    `whole_closure` gives it the full files of the imports too, instead of their stubs.
    """

    step: str
    address: Address
    logical: str
    output: CompiledCoq
    request: tuple[tuple[str, Any], ...] = ()
    whole_closure: bool = False


@rule(desc="Run a step over compiled Coq modules", level=LogLevel.DEBUG)
async def run_coq_step(
    request: CoqStepRequest, graph: ProofGraph, sandbox: ProofSandbox
) -> FallibleProcessResult:
    component = graph.by_address[request.address]
    target = component.representative
    setting = await setting_of(SettingRequest(target), **implicitly())
    toolchain = setting.toolchain
    if request.whole_closure:
        closure = await coq_full_closure(CoqFullClosureRequest(component))
        library, note = closure.digest, " and its whole closure"
    else:
        library, note = request.output.beside_stubs, ""
    asked = {
        **toolchain.layout.request_fields(),
        **dict(request.request),
        "step": request.step,
        "logical": request.logical,
        "own_root": root_of(request.logical),
        "roots": request.output.roots,
        "flags": for_the_kernel(target[CoqFlagsField].value or ()),
        "timeout": target[ProofTimeoutField].value,
    }
    inputs = (await add_prefix(AddPrefix(library, "lib")),)
    what = f"{_STEP_NAMES[request.step]} {request.logical}"
    driver = WITNESS_DRIVER if request.step == "witness" else COQ_DRIVER
    return await run_driver(driver, sandbox, toolchain, asked, inputs, what, note=note)


def rules():
    return collect_rules()
