"""Python modules that run in the resolve of a target, with the sources that they import only.

The backends of numeric witnesses share it.
"""

from __future__ import annotations

import dataclasses
import os
import pkgutil
import re
from dataclasses import dataclass

from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.util_rules import pex_from_targets
from pants.backend.python.util_rules.interpreter_constraints import InterpreterConstraints
from pants.backend.python.util_rules.pex import (
    PexRequest,
    VenvPexProcess,
    VenvPexRequest,
)
from pants.backend.python.util_rules.pex_environment import PexEnvironment
from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
from pants.backend.python.util_rules.pex_requirements import EntireLockfile, Resolve
from pants.backend.python.util_rules.python_sources import (
    PythonSourceFilesRequest,
)
from pants.build_graph.address import Address
from pants.core.goals.run import RunRequest
from pants.core.goals.test import TestSubsystem
from pants.engine.fs import (
    EMPTY_DIGEST,
    CreateDigest,
    Digest,
    DigestSubset,
    FileContent,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
    Snapshot,
)
from pants.engine.process import ProcessCacheScope, ProcessResultMetadata
from pants.engine.target import TransitiveTargetsRequest
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    concurrently,
    create_digest,
    create_pex_from_targets,
    create_venv_pex,
    determine_local_environment,
    digest_subset_to_digest,
    digest_to_snapshot,
    get_digest_contents,
    get_lockfile_for_resolve,
    implicitly,
    merge_digests,
    prepare_python_sources,
    remove_prefix,
    rule,
    setup_venv_pex_process,
    transitive_targets,
)
from fourfold.sandbox.answers import line_about, own_answer

REPORT_FOLDER = "__report"
REPORT_PATH = f"{REPORT_FOLDER}/report.json"
PLOT_FOLDER = f"{REPORT_FOLDER}/plots"

_PEX_FILE = "numerics_requirements.pex"
_ABOUT = "__about_module.py"

# What Pants says on stderr when it has ended a process that took too long.
_TIMED_OUT = "Exceeded timeout"

# The end of what `argparse` says, after the usage, of arguments that it or its caller refuses.
_REFUSED = re.compile(r"^usage: .*?^[\w-]+: error: (.*)\Z", re.MULTILINE | re.DOTALL)


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
    local = await determine_local_environment(**implicitly())
    transitive = await transitive_targets(
        TransitiveTargetsRequest(request.addresses), **implicitly()
    )
    # Theories that the code cites are in the closure too, but only Python and plain files are
    # inputs: a new proof does not run the numbers again.
    seen = [t for t in transitive.closure if t.address not in request.without]
    if request.resolve:
        lockfile = await get_lockfile_for_resolve(
            Resolve(request.resolve, use_entire_lockfile=True), **implicitly()
        )
        pex_request = PexRequest(
            output_filename=_PEX_FILE,
            internal_only=True,
            requirements=EntireLockfile(lockfile),
            interpreter_constraints=InterpreterConstraints(python_setup.interpreter_constraints),
        )
    else:
        pex_request = await create_pex_from_targets(
            **implicitly(
                {
                    _requirements(*request.addresses): PexFromTargetsRequest,
                    local.val: EnvironmentName,
                }
            )
        )
    venv, sources = await concurrently(
        create_venv_pex(**implicitly({pex_request: PexRequest, local.val: EnvironmentName})),
        prepare_python_sources(PythonSourceFilesRequest(seen, include_files=True), **implicitly()),
    )
    script = pkgutil.get_data("fourfold.sandbox.scripts", "about_module.py")
    assert script is not None
    about = await create_digest(CreateDigest([FileContent(_ABOUT, script)]))
    inputs = await merge_digests(
        MergeDigests([sources.source_files.snapshot.digest, request.inputs, about])
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
    process = await setup_venv_pex_process(
        **implicitly({venv_process: VenvPexProcess, local.val: EnvironmentName})
    )
    # Wait for a shared cache before starting a run in vain; a VenvPexProcess cannot say so.
    process = dataclasses.replace(process, remote_cache_speculation_delay_millis=2000)
    # This alone runs in the environment of the target.
    result = await own_answer(line, process)
    reports = await get_digest_contents(
        **implicitly(DigestSubset(result.output_digest, PathGlobs([REPORT_PATH])))
    )
    plots = await digest_subset_to_digest(
        DigestSubset(result.output_digest, PathGlobs([f"{PLOT_FOLDER}/*"]))
    )
    report = reports[0].content.decode() if reports else ""
    return NumericsAnswer(
        exit_code=result.exit_code,
        stdout=result.stdout.decode(errors="replace"),
        report=report,
        problem="" if report else problem(result.exit_code, result.stderr, request.timeout),
        written=await remove_prefix(RemovePrefix(result.output_digest, REPORT_FOLDER)),
        plots=await digest_to_snapshot(**implicitly(RemovePrefix(plots, PLOT_FOLDER))),
        environment=venv.digest.fingerprint,
        metadata=result.metadata,
    )


def problem(exit_code: int, stderr: bytes, timeout: int | None) -> str:
    """Why there is no report."""
    text = stderr.decode(errors="replace").strip()
    if _TIMED_OUT in text:
        return f"timed out after {timeout} s; the field `timeout` can allow more"
    refused = _REFUSED.search(text) if exit_code == 2 else None
    if refused:
        return f"refuses what it is asked: {refused.group(1)}"
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
    transitive, pex_request = await concurrently(
        transitive_targets(TransitiveTargetsRequest(request.addresses), **implicitly()),
        create_pex_from_targets(_requirements(*request.addresses), **implicitly()),
    )
    environment = pex_env.in_sandbox(working_directory=None)
    venv, sources = await concurrently(
        create_venv_pex(VenvPexRequest(pex_request, environment), **implicitly()),
        prepare_python_sources(
            PythonSourceFilesRequest(transitive.closure, include_files=True), **implicitly()
        ),
    )
    roots = (os.path.join("{chroot}", root) for root in sources.source_roots)
    return RunRequest(
        digest=await merge_digests(
            MergeDigests([venv.digest, sources.source_files.snapshot.digest])
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
            **dict(venv.append_only_caches or {}),
        },
    )


def rules():
    return [*collect_rules(), *pex_from_targets.rules()]
