"""`export --resolve=<toolchain>`: a toolchain and a project file for editors, under dist/export.

Pants calls what a lock holds a resolve. The programs are started by the toolchain's own loader, as
in the sandbox, so that what an editor says is what `test` says.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Mapping, Sequence, Type

from pants.base.build_environment import get_buildroot
from pants.core.goals.export import (
    ExportError,
    ExportRequest,
    ExportResult,
    ExportResults,
    ExportSubsystem,
)
from pants.engine.fs import CreateDigest, FileContent, MergeDigests
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel
from pants.util.memo import memoized

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    create_digest,
    implicitly,
    merge_digests,
    rule,
)
from fourfold.prover.source_graph import AllProofTargets
from fourfold.prover.subsystem import ProverSubsystem
from fourfold.prover.target_types import LibrariesField, ProofSourceField, ToolchainField
from fourfold.prover.toolchain import SetUpRequest, set_up
from fourfold.toolchains.subsystem import ToolchainsSubsystem


@dataclass(frozen=True)
class Program:
    """`command` begins with a path in the toolchain. `env` are paths in it, by variable; `before`
    are lines of shell that run first, with `$root` for the toolchain."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    before: str = ""


@dataclass(frozen=True)
class ProverExport:
    """What an export must know of a prover.

    `prefixes` are what the names of its toolchains begin with, where no target has one. `programs`
    are by the name that people call them by; `project` gives name and text of the file that editors
    read, from a toolchain, its targets, and the root of the repository.
    """

    subsystem: Type[ProverSubsystem]
    source: Type[ProofSourceField]
    set_up: Type[SetUpRequest]
    prefixes: tuple[str, ...]
    programs: Callable[[Any], Mapping[str, Program]]
    project: Callable[[str, Sequence[Target], str], tuple[str, str]]


def wrapper(program: Program, loader: str, library_path: Iterable[str]) -> str:
    """A script in `bin` of the toolchain's folder that starts a program, wherever that lies."""
    libraries = ":".join(f"$root/{path}" for path in library_path)
    env = "".join(f'export {name}="$root/{path}"\n' for name, path in program.env.items())
    path, *arguments = program.command
    words = " ".join(map(shlex.quote, arguments))
    return (
        '#!/bin/sh\nroot=$(cd "$(dirname "$0")/.." && pwd -P)\n'
        f"{program.before}{env}"
        f'exec "$root/{loader}" --library-path "{libraries}" "$root/{path}" {words} "$@"\n'
    )


def targets_of(
    toolchain: str, targets: Iterable[Target], prover: ProverSubsystem, source: Type[Any]
) -> list[Target]:
    return [
        t
        for t in targets
        if t.has_field(source)
        and (t[ToolchainField].value or prover.default_toolchain) == toolchain
    ]


@memoized
def export_rules(exported: ProverExport) -> Iterable[Any]:
    scope = exported.subsystem.options_scope
    request_type = type(f"Export{scope}Request", (ExportRequest,), {})

    @rule(
        desc=f"Export toolchains of {exported.subsystem.name}",
        canonical_name_suffix=scope,
        _param_type_overrides={"request": request_type, "prover": exported.subsystem},
        level=LogLevel.DEBUG,
    )
    async def export_toolchains(
        request: ExportRequest,
        export: ExportSubsystem,
        prover: ProverSubsystem,
        targets: AllProofTargets,
        toolchains: ToolchainsSubsystem,
        environment: EnvironmentName,
    ) -> ExportResults:
        results = []
        for name in export.resolve:
            own = targets_of(name, targets, prover, exported.source)
            known = name in toolchains.locks and name.startswith(exported.prefixes)
            if not own and not known:
                continue
            libraries = sorted({lib for t in own for lib in t[LibrariesField].value or ()})
            asked = exported.set_up(name, tuple(libraries))
            found = await set_up(**implicitly({asked: SetUpRequest, environment: EnvironmentName}))
            if found.digest is None or found.layout is None:
                raise ExportError(f"The toolchain `{name}` cannot be exported. {found.reason}")
            folder = f"toolchains/{name}"
            project, text = exported.project(name, own, get_buildroot())
            layout = found.layout
            files = await create_digest(
                CreateDigest(
                    [
                        FileContent(project, text.encode()),
                        *(
                            FileContent(
                                f"bin/{program}",
                                wrapper(how, layout.loader, layout.library_path).encode(),
                                is_executable=True,
                            )
                            for program, how in exported.programs(layout).items()
                        ),
                    ]
                )
            )
            digest = await merge_digests(MergeDigests([found.digest, files]))
            what = f"the toolchain {name}, with programs in bin and a {project} for editors,"
            results.append(ExportResult(what, folder, digest=digest, resolve=name))
        return ExportResults(results)

    return [*collect_rules(locals()), UnionRule(ExportRequest, request_type)]
