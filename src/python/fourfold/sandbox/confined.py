"""The proof sandbox: which isolation this machine allows, and the shape of a confined process.

A driver script runs on the sandbox's own Python, and runs the prover under bubblewrap from the same
locked closure. Where the kernel refuses user namespaces, the prover runs in the plain Pants
sandbox; that is said once, noted in every report, and part of the cache key.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import pkgutil
from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.fs import (
    EMPTY_DIGEST,
    CreateDigest,
    Digest,
    FileContent,
    MergeDigests,
    RemovePrefix,
)
from pants.engine.process import (
    FallibleProcessResult,
    Process,
    ProcessCacheScope,
)
from pants.util.logging import LogLevel

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    concurrently,
    create_digest,
    determine_local_environment,
    execute_process,
    execute_process_or_raise,
    implicitly,
    merge_digests,
    remove_prefix,
    rule,
)
from fourfold.sandbox.answers import line_about, own_answer
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain
from fourfold.toolchains.subsystem import FourfoldSubsystem

logger = logging.getLogger(__name__)

SANDBOX_MOUNT = "__sandbox"
TOOLCHAIN_MOUNT = "__toolchain"
SYSTEM_MOUNT = "__system"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
REFUSED = 10  # the exit code of probe.py where bubblewrap does not work
_PROBE_OUTPUT = "probed"  # a folder that probe.py leaves behind
_OUTPUTS_DROPPED = (
    "The workers of this environment return no outputs: the isolation probe wrote a declared "
    "directory, and its result has none. This Pants asks for outputs as REAPI 2.0 does "
    "(`output_directories`), and some workers know `output_paths` alone. Switch the old fields on "
    "in the engine, or put a proxy before it that translates them: see remote_execution.md in "
    "Fourfold's documentation."
)
_ALLOW = (
    "In a container, allow them with `--security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined` (docker run, podman run); on a machine, with the sysctl "
    "`user.max_user_namespaces` above 0 and, on Ubuntu, "
    "`kernel.apparmor_restrict_unprivileged_userns=0`."
)
_REQUIRED = (
    "This kernel refuses the namespaces that bubblewrap needs, and no verdict is reached without "
    f"isolation under `[fourfold].require_isolation` or `strict`. {_ALLOW} To go on without, set "
    "`require_isolation = false` in `[fourfold]`."
)
_PYTHON_HOME = "usr/lib/python3.13"
_SCRIPTS = "fourfold.sandbox.scripts"
_ABOUT = "about.py"
_REQUEST = "__request.json"  # where confine.py reads it


class ProbeFailed(Exception):
    """The isolation probe broke, or its outputs were lost: no verdict could be trusted."""


@dataclass(frozen=True)
class SandboxTools:
    """bubblewrap and Python, byte-compiled, below `SANDBOX_MOUNT`; or why they cannot be had."""

    digest: Digest | None
    reason: str = ""


@dataclass(frozen=True)
class ProofSandbox:
    """`isolation` is `bubblewrap` or `none`; without a digest, `reason` says why.

    `memory_limit` is in bytes.
    """

    digest: Digest | None
    isolation: str
    reason: str = ""
    memory_limit: int = 0


@dataclass(frozen=True)
class DriverScripts:
    """Modules that a driver is made of: (package, resource) pairs; the first is run.

    All have the modules of `_CONFINEMENT` beside them.
    """

    resources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LoadedDriver:
    """One for all processes of a driver: each would read and hash the same scripts again."""

    digest: Digest


_ABOUT_SCRIPT = DriverScripts(((_SCRIPTS, _ABOUT),))
_CONFINEMENT = ((_SCRIPTS, "confine.py"), (_SCRIPTS, "limits.py"))


@dataclass(frozen=True)
class ConfinedProcess:
    """`request` is what the driver reads as JSON, from a file, since Linux limits an argument to
    131,072 bytes; `toolchain` is mounted at `TOOLCHAIN_MOUNT`.

    `system` is for programs that expect an ordinary Linux: see scripts/confine_elf.py.
    """

    driver: DriverScripts
    request: str
    toolchain: Digest
    input_digest: Digest
    description: str
    timeout_seconds: int
    output_directories: tuple[str, ...] = ()
    cache_scope: ProcessCacheScope = ProcessCacheScope.SUCCESSFUL
    system: Digest | None = None


@dataclass(frozen=True)
class ConfinedResult:
    """`result` answers this very process; a cache's answer to another one has been refused."""

    result: FallibleProcessResult


def driver_request(sandbox: ProofSandbox, request: Mapping[str, Any]) -> str:
    """One text for one request, whatever the order of its keys."""
    common = {"isolation": sandbox.isolation, "memory_limit": sandbox.memory_limit}
    return json.dumps({**request, **common}, sort_keys=True)


def _python_argv(*args: str) -> tuple[str, ...]:
    library = f"{SANDBOX_MOUNT}/{_LIBRARIES}"
    return (
        f"{library}/ld-linux-x86-64.so.2",
        "--library-path",
        library,
        f"{SANDBOX_MOUNT}/usr/bin/python3.13",
        *args,
    )


_PYTHON_ENV = {"PYTHONHOME": f"{SANDBOX_MOUNT}/usr", "PYTHONDONTWRITEBYTECODE": "1"}


@rule(desc="Set up the proof sandbox")
async def set_up_sandbox_tools() -> SandboxTools:
    closure = await set_up_toolchain(ToolchainRequest("sandbox"), **implicitly())
    if closure.digest is None:
        return SandboxTools(None, closure.reason)
    # The package ships sources only. Compiled once, an import costs a tenth of the time. The
    # byte-code checks no time stamps, so that the result is the same everywhere.
    process = Process(
        argv=_python_argv(
            "-I",
            "-S",
            "-B",
            "byte_compile.py",
            f"{SANDBOX_MOUNT}/{_PYTHON_HOME}",
            f"tree/{_PYTHON_HOME}",
        ),
        env=_PYTHON_ENV,
        input_digest=await create_digest(CreateDigest([_resource(_SCRIPTS, "byte_compile.py")])),
        immutable_input_digests={SANDBOX_MOUNT: closure.digest},
        output_directories=("tree",),
        description="Byte-compile the sandbox's Python",
        level=LogLevel.DEBUG,
    )
    # Like unpacking, once for all environments.
    local = await determine_local_environment(**implicitly())
    compiled = await execute_process_or_raise(
        **implicitly({process: Process, local.val: EnvironmentName})
    )
    byte_code = await remove_prefix(RemovePrefix(compiled.output_digest, "tree"))
    return SandboxTools(await merge_digests(MergeDigests([closure.digest, byte_code])))


def _resource(package: str, name: str) -> FileContent:
    content = pkgutil.get_data(package, name)
    assert content is not None
    return FileContent(name, content)


def probe_problem(result: FallibleProcessResult) -> str:
    """Why the probe says nothing about isolation; "" where it does."""
    if result.exit_code not in (0, REFUSED):
        said = result.stderr.decode(errors="replace").strip()
        return f"the isolation probe failed: {said}"
    return _OUTPUTS_DROPPED if result.output_digest == EMPTY_DIGEST else ""


@rule(desc="Find out how provers can be isolated", level=LogLevel.DEBUG)
async def probe_isolation(tools: SandboxTools, fourfold: FourfoldSubsystem) -> ProofSandbox:
    if tools.digest is None:
        return ProofSandbox(None, "none", tools.reason)
    files = [_resource(*script) for script in ((_SCRIPTS, "probe.py"), *_CONFINEMENT)]
    result = await execute_process(
        Process(
            argv=_python_argv("-S", "-B", "probe.py"),
            env=_PYTHON_ENV,
            input_digest=await create_digest(CreateDigest(files)),
            immutable_input_digests={SANDBOX_MOUNT: tools.digest},
            output_directories=(_PROBE_OUTPUT,),
            description="Try bubblewrap",
            level=LogLevel.DEBUG,
            # What the kernel allows is a fact about one machine, never one to share: about this
            # one, or, where the environment of the target is remote, about the workers.
            cache_scope=ProcessCacheScope.PER_RESTART_ALWAYS,
        ),
        **implicitly(),
    )
    problem = probe_problem(result)
    if problem:
        raise ProbeFailed(problem)
    if result.exit_code == 0:
        return ProofSandbox(tools.digest, "bubblewrap", "", fourfold.memory_limit)
    said = (result.stdout + result.stderr).decode(errors="replace").strip()
    if fourfold.isolation_is_required:
        return ProofSandbox(None, "none", f"{_REQUIRED} bubblewrap said: {said}")
    logger.warning(
        "This kernel refuses the namespaces that bubblewrap needs, so provers run in the plain "
        "Pants sandbox: network and host files are within their reach. Results are cached apart "
        "from isolated ones, each report says `isolation: none`, and the last line counts them. "
        f"{_ALLOW} bubblewrap said: {said}"
    )
    return ProofSandbox(tools.digest, "none", "", fourfold.memory_limit)


@rule(desc="Load a driver's scripts", level=LogLevel.DEBUG)
async def load_driver(driver: DriverScripts) -> LoadedDriver:
    scripts = [_resource(package, name) for package, name in driver.resources]
    return LoadedDriver(await create_digest(CreateDigest(scripts)))


@rule(desc="Prepare a confined process", level=LogLevel.DEBUG)
async def confined_process(request: ConfinedProcess, sandbox: ProofSandbox) -> Process:
    assert sandbox.digest is not None  # a backend asks only where there is one
    scripts = DriverScripts((*request.driver.resources, *_CONFINEMENT))
    driver, asked = await concurrently(
        load_driver(scripts),
        create_digest(CreateDigest([FileContent(_REQUEST, request.request.encode())])),
    )
    inputs = MergeDigests([driver.digest, asked, request.input_digest])
    return Process(
        argv=_python_argv("-S", "-B", request.driver.resources[0][1]),
        env=_PYTHON_ENV,
        input_digest=await merge_digests(inputs),
        immutable_input_digests={
            SANDBOX_MOUNT: sandbox.digest,
            TOOLCHAIN_MOUNT: request.toolchain,
            **({SYSTEM_MOUNT: request.system} if request.system is not None else {}),
        },
        output_directories=request.output_directories,
        description=request.description,
        level=LogLevel.DEBUG,
        # The driver enforces the time limit; this one only catches a driver that hangs.
        timeout_seconds=request.timeout_seconds + 60,
        # Wait for a shared cache before starting a prover in vain.
        remote_cache_speculation_delay_millis=2000,
        cache_scope=request.cache_scope,
    )


def first_line(request: ConfinedProcess) -> str:
    """Names one process by its driver's request and all that the prover reads."""
    digests = (request.toolchain, request.system, request.input_digest)
    return line_about((request.request, *(d.fingerprint if d else "" for d in digests)))


@rule(desc="Run a confined process", level=LogLevel.DEBUG)
async def run_confined(request: ConfinedProcess) -> ConfinedResult:
    process = await confined_process(request, **implicitly())
    line = first_line(request)
    about = await load_driver(_ABOUT_SCRIPT)
    driver = process.argv.index(request.driver.resources[0][1])
    process = dataclasses.replace(
        process,
        argv=(*process.argv[:driver], _ABOUT, line.strip(), *process.argv[driver:]),
        input_digest=await merge_digests(MergeDigests([process.input_digest, about.digest])),
    )
    return ConfinedResult(await own_answer(line, process))


def rules():
    return collect_rules()
