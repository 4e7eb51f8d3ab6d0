"""Python modules that run in the resolve of a target, with the sources that they import only.

The backends of numeric witnesses share it.
"""

from __future__ import annotations

import dataclasses
import os
import pkgutil
from dataclasses import dataclass

from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.util_rules import pex_from_targets
from pants.backend.python.util_rules.interpreter_constraints import InterpreterConstraints
from pants.backend.python.util_rules.pex import (
    PexRequest,
    VenvPex,
    VenvPexProcess,
    VenvPexRequest,
)
from pants.backend.python.util_rules.pex_environment import PexEnvironment
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.backend.python.util_rules.pex_requirements import EntireLockfile, Lockfile, Resolve
from pants.backend.python.util_rules.python_sources import (
    PythonSourceFiles,
    PythonSourceFilesRequest,
)
from pants.build_graph.address import Address
from pants.core.goals.run import RunRequest
from pants.core.goals.test import TestSubsystem
from pants.core.util_rules.environments import ChosenLocalEnvironmentName, EnvironmentName
from pants.engine.fs import (
    EMPTY_DIGEST,
    CreateDigest,
    Digest,
    DigestContents,
    DigestSubset,
    FileContent,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
    Snapshot,
)
from pants.engine.process import Process, ProcessCacheScope, ProcessResultMetadata
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import TransitiveTargets, TransitiveTargetsRequest
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.toolchains.answers import line_about, own_answer

REPORT_FOLDER = "__report"
REPORT_PATH = f"{REPORT_FOLDER}/report.json"
PLOT_FOLDER = f"{REPORT_FOLDER}/plots"

_PEX_FILE = "numerics_requirements.pex"
_ABOUT = "__about_module.py"

# What Pants says on stderr when it has ended a process that took too long.
_TIMED_OUT = "Exceeded timeout"


def _requirements(*addresses: Address) -> PexFromTargetsRequest:
    # One output name for all targets: those of one resolve then share one environment.
    return PexFromTargetsRequest(
        addresses,
        output_filename=_PEX_FILE,
        internal_only=True,
        include_source_files=False,
    )


@dataclass(frozen=True)
class NumericsProcess:
    """Runs `python -m module *arguments`; the module writes its report to `REPORT_PATH`.

    It sees the Python sources and plain files in the closure of `addresses`, except those of
    `without`, and `inputs`.
    `environment` are variables, of which it may make nothing: they are part of the cache key.
    `resolve` has the packages to run with, if those are not of the resolve of `addresses`.
    """

    addresses: tuple[Address, ...]
    module: str
    arguments: tuple[str, ...]
    timeout: int | None
    description: str
    without: tuple[Address, ...] = ()
    inputs: Digest = EMPTY_DIGEST
    environment: FrozenDict[str, str] = FrozenDict()
    resolve: str = ""
    each_session: bool = False


@dataclass(frozen=True)
class NumericsAnswer:
    """`report` is the JSON text, or "" where there is none and `problem` says why.

    `written` is all that the process wrote into `REPORT_FOLDER`, relative to it.
    """

    exit_code: int
    stdout: str
    report: str
    problem: str
    written: Digest
    plots: Snapshot
    environment: str
    metadata: ProcessResultMetadata


@rule(desc="Run a numeric check", level=LogLevel.DEBUG)
async def run_numerics(
    request: NumericsProcess, test: TestSubsystem, python_setup: PythonSetup
) -> NumericsAnswer:
    # Packages are installed on this machine, also for a target whose environment is remote: only
    # this machine is known to reach an index. What is installed travels with the check.
    local = await Get(ChosenLocalEnvironmentName)
    transitive = await Get(TransitiveTargets, TransitiveTargetsRequest(request.addresses))
    # Theories that the code cites are in the closure too, but only Python and plain files are
    # inputs: a new proof does not run the numbers again.
    seen = [t for t in transitive.closure if t.address not in request.without]
    if request.resolve:
        lockfile = await Get(Lockfile, Resolve(request.resolve, use_entire_lockfile=True))
        pex_request = PexRequest(
            output_filename=_PEX_FILE,
            internal_only=True,
            requirements=EntireLockfile(lockfile),
            interpreter_constraints=InterpreterConstraints(python_setup.interpreter_constraints),
        )
    else:
        pex_request = await Get(
            PexRequest,
            {
                _requirements(*request.addresses): PexFromTargetsRequest,
                local.val: EnvironmentName,
            },
        )
    venv, sources = await MultiGet(
        Get(VenvPex, {pex_request: PexRequest, local.val: EnvironmentName}),
        Get(PythonSourceFiles, PythonSourceFilesRequest(seen, include_files=True)),
    )
    script = pkgutil.get_data("fourfold.toolchains.scripts", "about_module.py")
    assert script is not None
    about = await Get(Digest, CreateDigest([FileContent(_ABOUT, script)]))
    inputs = await Get(
        Digest, MergeDigests([sources.source_files.snapshot.digest, request.inputs, about])
    )
    environment = {
        "PEX_EXTRA_SYS_PATH": ":".join(sources.source_roots),
        **request.environment,
    }
    line = line_about(
        (
            (request.module, *request.arguments),
            sorted(environment.items()),
            inputs.fingerprint,
            venv.digest.fingerprint,
        )
    )
    venv_process = VenvPexProcess(
        venv,
        argv=(_ABOUT, line.strip(), request.module, *request.arguments),
        input_digest=inputs,
        extra_env=environment,
        output_directories=(REPORT_FOLDER,),
        timeout_seconds=request.timeout,
        description=request.description,
        cache_scope=(
            ProcessCacheScope.PER_SESSION
            if test.force or request.each_session
            else ProcessCacheScope.SUCCESSFUL
        ),
    )
    process = await Get(Process, {venv_process: VenvPexProcess, local.val: EnvironmentName})
    # Wait for a shared cache before starting a run in vain; a VenvPexProcess cannot say so.
    process = dataclasses.replace(process, remote_cache_speculation_delay_millis=2000)
    # This alone runs in the environment of the target.
    result = await own_answer(line, process)
    reports = await Get(
        DigestContents, DigestSubset(result.output_digest, PathGlobs([REPORT_PATH]))
    )
    plots = await Get(
        Digest, DigestSubset(result.output_digest, PathGlobs([f"{PLOT_FOLDER}/*"]))
    )
    report = reports[0].content.decode() if reports else ""
    return NumericsAnswer(
        exit_code=result.exit_code,
        stdout=result.stdout.decode(errors="replace"),
        report=report,
        problem="" if report else problem(result.exit_code, result.stderr, request.timeout),
        written=await Get(Digest, RemovePrefix(result.output_digest, REPORT_FOLDER)),
        plots=await Get(Snapshot, RemovePrefix(plots, PLOT_FOLDER)),
        environment=venv.digest.fingerprint,
        metadata=result.metadata,
    )


def problem(exit_code: int, stderr: bytes, timeout: int | None) -> str:
    """Why there is no report."""
    text = stderr.decode(errors="replace").strip()
    if _TIMED_OUT in text:
        return f"timed out after {timeout} s; the field `timeout` can allow more"
    return f"exited with {exit_code} and wrote no report. It said:\n{text or '(nothing)'}"


@dataclass(frozen=True)
class NumericsProgram:
    """A module to run in the user's terminal, with the sources of `addresses`.

    `files` are paths from the root of the repository.
    """

    addresses: tuple[Address, ...]
    module: str
    files: tuple[str, ...]


@rule(desc="Prepare a numeric program", level=LogLevel.DEBUG)
async def prepare_program(request: NumericsProgram, pex_env: PexEnvironment) -> RunRequest:
    transitive, pex_request = await MultiGet(
        Get(TransitiveTargets, TransitiveTargetsRequest(request.addresses)),
        Get(PexRequest, PexFromTargetsRequest, _requirements(*request.addresses)),
    )
    environment = pex_env.in_sandbox(working_directory=None)
    venv, sources = await MultiGet(
        Get(VenvPex, VenvPexRequest(pex_request, environment)),
        Get(PythonSourceFiles, PythonSourceFilesRequest(transitive.closure, include_files=True)),
    )
    roots = (os.path.join("{chroot}", root) for root in sources.source_roots)
    return RunRequest(
        digest=await Get(
            Digest, MergeDigests([venv.digest, sources.source_files.snapshot.digest])
        ),
        args=(
            os.path.join("{chroot}", venv.pex.argv0),
            "-m",
            request.module,
            *(os.path.join("{chroot}", path) for path in request.files),
        ),
        extra_env={"PEX_EXTRA_SYS_PATH": os.pathsep.join(roots)},
        append_only_caches={
            **environment.append_only_caches,
            **(venv.append_only_caches or {}),
        },
    )


def rules():
    return [*collect_rules(), *pex_from_targets.rules()]
