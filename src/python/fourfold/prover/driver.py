"""One run of a prover's driver in the proof sandbox."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from pants.engine.fs import Digest, MergeDigests
from pants.engine.process import FallibleProcessResult

from fourfold.engine import merge_digests
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import (
    ConfinedProcess,
    DriverScripts,
    ProofSandbox,
    driver_request,
    run_confined,
)


async def run_driver(
    driver: DriverScripts,
    sandbox: ProofSandbox,
    toolchain: ProverToolchain,
    request: Mapping[str, Any],
    inputs: Iterable[Digest],
    what: str,
    outputs: tuple[str, ...] = (),
    repeats: int = 1,
    note: str = "",
) -> FallibleProcessResult:
    """`request` is what the driver is asked, with its `timeout`, which it may use `repeats` times.

    `what` and `note` are for people, such as "Audit Lib.a" and " and its whole closure".
    """
    assert toolchain.digest is not None  # the caller has looked
    confined = await run_confined(
        ConfinedProcess(
            driver=driver,
            request=driver_request(sandbox, request),
            toolchain=toolchain.digest,
            system=toolchain.system,
            input_digest=await merge_digests(MergeDigests(inputs)),
            output_directories=outputs,
            description=f"{what} with {toolchain.name}{note}",
            timeout_seconds=request["timeout"] * repeats,
        )
    )
    return confined.result
