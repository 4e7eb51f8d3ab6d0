"""A Lean toolchain, what it can do, and the audit compiled for it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from pants.engine.fs import EMPTY_DIGEST, Digest
from pants.engine.unions import UnionRule

from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.engine import collect_rules, concurrently, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest
from fourfold.sandbox.confined import (
    ConfinedProcess,
    DriverScripts,
    ProofSandbox,
    driver_request,
    run_confined,
)
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain
from fourfold.toolchains.lock import Folder
from fourfold.toolchains.subsystem import ToolchainsSubsystem

logger = logging.getLogger(__name__)

_SANDBOX = "fourfold.backend.lean.sandbox"
_SCRIPTS = "fourfold.sandbox.scripts"
LEAN_DRIVER = DriverScripts(
    (
        (_SANDBOX, "lean_driver.py"),
        (_SANDBOX, "lean_report.py"),
        (_SCRIPTS, "confine_elf.py"),
    )
)
# As one text in this order, after what audit_variants.lean has for the version at hand.
AUDIT = ("audit_world.lean", "audit_replay.lean", "audit.lean")
_PROBE_DRIVER = DriverScripts(
    (
        *LEAN_DRIVER.resources,
        *((_SANDBOX, name) for name in AUDIT),
        (_SANDBOX, "audit_variants.lean"),
    )
)
_PROBE_SECONDS = 900
_VERSION = re.compile(r"version (\d+\.\d+\.\d+[^\s,)]*)")


class SetUpLean(SetUpRequest):
    pass


@dataclass(frozen=True)
class LeanLayout:
    """`auditor` is the audit, compiled for it; `features` are options that not all versions have.

    `modules` are the names of the library's modules.
    """

    auditor: Digest
    features: tuple[str, ...]
    modules: frozenset[str]


def library_modules(files: tuple[str, ...]) -> frozenset[str]:
    prefix, suffix = "lib/lean/", ".olean"
    return frozenset(
        f[len(prefix) : -len(suffix)].replace("/", ".")
        for f in files
        if f.startswith(prefix) and f.endswith(suffix)
    )


def version_of(said: str) -> str:
    """From `Lean (version 4.23.0, x86_64-...)` to `4.23.0`; "" where there is none."""
    found = _VERSION.search(said)
    return found.group(1) if found else ""


def mismatch(name: str, asked: str, said: str) -> str | None:
    """A warning where another version runs than the one that a name stands for."""
    if not asked or version_of(said) == asked:
        return None
    return (
        f"The toolchain `{name}` is Lean {asked} by its name or definition, and what runs is "
        f"`{said}`. Reports give the version that ran. To have the two agree, write that version "
        "in the toolchain's definition, or choose another place in `[toolchains].homes`."
    )


async def _asked_version(name: str, toolchains: ToolchainsSubsystem) -> str:
    """The version of a definition, or that of an elan name; "" for a folder and for `system`."""
    if name in toolchains.locks:
        loaded = await load_definition(ToolchainName(name), **implicitly())
        return loaded.definition.version if isinstance(loaded.definition, Folder) else ""
    _, separator, version = name.partition(":v")
    return version if separator else ""


@rule(desc="Set up Lean")
async def set_up_lean(
    request: SetUpLean,
    lean: LeanSubsystem,
    toolchains: ToolchainsSubsystem,
    sandbox: ProofSandbox,
) -> ProverToolchain:
    toolchain, system = await concurrently(
        set_up_toolchain(
            ToolchainRequest(request.name, request.libraries, like=lean.default_toolchain),
            **implicitly(),
        ),
        set_up_toolchain(ToolchainRequest("system-libraries"), **implicitly()),
    )
    absent = [p.reason for p in (toolchain, system) if p.digest is None]
    absent += [sandbox.reason] if sandbox.digest is None else []
    if absent:
        return ProverToolchain(request.name, None, absent[0])
    assert toolchain.digest is not None
    confined = await run_confined(
        ConfinedProcess(
            driver=_PROBE_DRIVER,
            request=driver_request(
                sandbox, {"step": "probe", "audit": AUDIT, "timeout": _PROBE_SECONDS}
            ),
            toolchain=toolchain.digest,
            system=system.digest,
            input_digest=EMPTY_DIGEST,
            output_directories=("auditor",),
            description=f"Prepare the audit for {request.name}",
            timeout_seconds=_PROBE_SECONDS,
        )
    )
    result = confined.result
    answer = driver_answer(result)
    why = "" if answer.get("accepted") else answer.get("output", "").strip()
    why = why or answer.get("auditor", "")
    if why:
        return ProverToolchain(
            request.name,
            None,
            f"The toolchain `{request.name}` ({answer.get('version') or 'bin/lean'}) cannot be "
            f"used: {why}",
        )
    warning = mismatch(
        request.name, await _asked_version(request.name, toolchains), answer["version"]
    )
    if warning is not None:
        logger.warning(warning)
    return ProverToolchain(
        request.name,
        toolchain.digest,
        layout=LeanLayout(
            result.output_digest, tuple(answer["features"]), library_modules(toolchain.files)
        ),
        system=system.digest,
        version=answer["version"],
    )


def rules():
    return [*collect_rules(), UnionRule(SetUpRequest, SetUpLean)]
