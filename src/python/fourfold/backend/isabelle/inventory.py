"""The theories that the toolchain's own image holds, each with its identity.

The audit counts every axiom but those of these theories. What a theory is called decides nothing,
since ML can call a theory as it likes; and this process loads nothing of a repository.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import AddPrefix
from pants.engine.internals.native_engine import EMPTY_DIGEST
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.compile import (
    HEAPS,
    ISABELLE_DRIVER,
    BuiltSession,
    LibraryRequest,
    build_library,
)
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.engine import add_prefix, collect_rules, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.driver import run_driver
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox


@dataclass(frozen=True)
class InventoryRequest:
    """`session` is one of the toolchain's."""

    session: str
    toolchain: ProverToolchain


@dataclass(frozen=True)
class FallibleInventory:
    """`theories` are pairs of a name and Isabelle's number for the theory in the image; `names`
    are pairs of an ML name that all theories share and the place of its declaration."""

    theories: tuple[tuple[str, int], ...]
    message: str = ""
    names: tuple[tuple[str, str], ...] = ()


def toolchain_parent(output: BuiltSession) -> str:
    """The session of the toolchain on whose image the session's own chain of parents stands."""
    by_name = {facts.name: facts for facts in output.closure}
    parent = output.facts.parent
    while parent in by_name:
        parent = by_name[parent].parent
    return parent


@rule(desc="List the theories of an Isabelle image", level=LogLevel.DEBUG)
async def list_theories(
    request: InventoryRequest, isabelle: IsabelleSubsystem, sandbox: ProofSandbox
) -> FallibleInventory:
    toolchain, heaps = request.toolchain, EMPTY_DIGEST
    if request.session not in {*toolchain.layout.images, "Pure"}:
        library = await build_library(LibraryRequest(request.session, toolchain), **implicitly())
        if library.heaps is None:
            return FallibleInventory((), library.message)
        heaps = await add_prefix(AddPrefix(library.heaps, HEAPS))
    asked = {
        "step": "inventory",
        "session": request.session,
        "sessions": [],
        "base": [],
        "roots": {},
        "timeout": isabelle.library_timeout,
    }
    what = f"List the theories of {request.session}"
    result = await run_driver(ISABELLE_DRIVER, sandbox, toolchain, asked, (heaps,), what)
    answer = driver_answer(result)
    if "toolchain" not in answer:
        why = answer.get("error") or answer.get("output") or "no answer"
        return FallibleInventory(
            (), f"the theories of {request.session} in {toolchain.name} cannot be listed: {why}"
        )
    return FallibleInventory(
        tuple((name, number) for name, number in answer["toolchain"]),
        names=tuple(sorted(answer["names"].items())),
    )


def rules():
    return collect_rules()
