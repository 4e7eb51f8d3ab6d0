"""One session's build, from the images of the sessions below it.

Isabelle wants the sources of the sessions below as well, to see that their images are current. That
costs no more runs than their images do, which change with every edit of a source.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from pants.engine.fs import (
    EMPTY_DIGEST,
    AddPrefix,
    Digest,
    MergeDigests,
    RemovePrefix,
)
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.dependency_inference import map_isabelle_sessions
from fourfold.backend.isabelle.session import refused_option, render_root
from fourfold.backend.isabelle.sessions import Session, SessionRequest, read_session, toolchain_of
from fourfold.backend.isabelle.spec import CompileSessionRequest
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import IsabelleSourcesField, IsabelleToolchainField
from fourfold.core.cycles import shortest_cycle
from fourfold.core.verdict import Verdict
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    implicitly,
    merge_digests,
    remove_prefix,
    rule,
)
from fourfold.prover.compile import CompileRequest
from fourfold.prover.compiled import (
    FallibleCompiled,
    cycle_message,
    driver_answer,
    failed_import,
    rejection,
)
from fourfold.prover.driver import run_driver
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import proof_sources
from fourfold.prover.target_types import (
    IousField,
    ProofTimeoutField,
    invalid_fields,
)
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import DriverScripts, ProofSandbox

ISABELLE_DRIVER = DriverScripts(
    (
        ("fourfold.backend.isabelle.sandbox", "isabelle_driver.py"),
        ("fourfold.backend.isabelle.sandbox", "isabelle_audit.py"),
        ("fourfold.backend.isabelle.sandbox", "audit.ML"),
        ("fourfold.backend.isabelle.sandbox", "names.ML"),
        ("fourfold.sandbox.scripts", "confine_elf.py"),
    )
)
SOURCES, HEAPS, BUILT = "tree", "heaps", "built"


@dataclass(frozen=True)
class SessionFacts:
    """What later steps need of a session: `base` are imports of the toolchain's theories.

    `root` is its entry in the ROOT file of `folder`.
    """

    name: str
    folder: str
    root: str
    theories: tuple[str, ...]
    base: tuple[str, ...]
    parent: str = "HOL"


@dataclass(frozen=True)
class BuiltSession:
    """`heaps` and `sources` are of the session and of all below it; `closure` has it last.

    `own` is the session's image, `heaps_below` and `sources` are what it was built from.
    """

    own: Digest
    heaps: Digest
    heaps_below: Digest
    sources: Digest
    closure: tuple[SessionFacts, ...]

    @property
    def facts(self) -> SessionFacts:
        return self.closure[-1]


@dataclass(frozen=True)
class LibraryRequest:
    """A session of the toolchain, of which it holds no image."""

    session: str
    toolchain: ProverToolchain


@dataclass(frozen=True)
class FallibleLibrary:
    heaps: Digest | None
    message: str = ""


def roots_of(closure: Iterable[SessionFacts]) -> dict[str, str]:
    """Folder of the process -> the ROOT file to write there."""
    roots: dict[str, str] = {}
    for facts in closure:
        folder = f"{SOURCES}/{facts.folder}".rstrip("/")
        roots[folder] = roots.get(folder, "") + facts.root
    return roots


# Java says so at each start, in a line of its own.
_JAVA_NOTE = "NOTE: Picked up JDK_JAVA_OPTIONS"


def first_error(output: str) -> str:
    """The lines that Isabelle marks as errors, each once; or all, where it marks none."""
    lines = [line for line in output.splitlines() if not line.startswith(_JAVA_NOTE)]
    errors = [line[4:] for line in lines if line.startswith("*** ")]
    return "\n".join(dict.fromkeys(errors)) or "\n".join(lines).strip()


def rejected_because(answer: dict[str, Any], what: str, timeout: int) -> str:
    general = rejection(answer, what, timeout)
    if general is not None:
        return general
    if answer.get("missing_output"):
        return f"{what}: Isabelle ended without error and left no image"
    said = first_error(answer["output"])
    if "quick_and_dirty" in said:
        said += (
            "\nTo leave a theorem open, with `sorry`, declare its full name in `ious` on the "
            "target."
        )
    return f"{what}: {said}"


@rule(desc="Build a session of the toolchain", level=LogLevel.DEBUG)
async def build_library(
    request: LibraryRequest, isabelle: IsabelleSubsystem, sandbox: ProofSandbox
) -> FallibleLibrary:
    toolchain = request.toolchain
    asked = {
        "step": "library",
        "session": request.session,
        "roots": {},
        "timeout": isabelle.library_timeout,
    }
    what, built = f"Build {request.session}", (BUILT,)
    result = await run_driver(ISABELLE_DRIVER, sandbox, toolchain, asked, (), what, built)
    answer = driver_answer(result)
    if not answer.get("accepted"):
        what = f"the session `{request.session}`"
        return FallibleLibrary(
            None,
            f"no target provides {what}, and {toolchain.name} does not build it. "
            + rejected_because(answer, what, isabelle.library_timeout),
        )
    return FallibleLibrary(await remove_prefix(RemovePrefix(result.output_digest, BUILT)))


def wrong_from_the_start(session: Session, build_file: str) -> str | None:
    """What can be said of a session without Isabelle."""
    if session.error:
        return session.error
    refused = refused_option(session.entry, build_file)
    if refused is not None:
        return refused
    imports = dict(session.theories.imports)
    if shortest_cycle(imports):
        return cycle_message(imports)
    if not session.theories.files:
        return (
            f"the session `{session.name}` has no theory among its sources; see `sources` and "
            f"`theories` in {build_file}, and ROOT."
        )
    return None


def _facts(session: Session, target: Target, closure: Mapping[str, SessionFacts]) -> SessionFacts:
    foreign = session.theories.foreign
    return SessionFacts(
        session.name,
        session.folder,
        render_root(session.entry, quick_and_dirty=bool(target[IousField].value)),
        session.theories.names,
        tuple(i.name for i in foreign if i.session not in closure and "/" not in i.name),
        session.entry.parent or "Pure",
    )


async def _inputs(
    session: Session,
    target: Target,
    toolchain: ProverToolchain,
    built: Sequence[BuiltSession],
) -> BuiltSession | str:
    """What the session is built from, itself without an image; or why that cannot be had."""
    closure = {facts.name: facts for b in built for facts in b.closure}
    heaps = [b.heaps for b in built]
    if session.entry.parent not in {*closure, *toolchain.layout.images, "Pure"}:
        library = await build_library(
            LibraryRequest(session.entry.parent, toolchain), **implicitly()
        )
        if library.heaps is None:
            return library.message
        heaps.append(library.heaps)
    below, sources = await concurrently(
        merge_digests(MergeDigests(heaps)),
        merge_digests(MergeDigests([session.sources, *(b.sources for b in built)])),
    )
    facts = _facts(session, target, closure)
    return BuiltSession(EMPTY_DIGEST, below, below, sources, (*closure.values(), facts))


async def _run(
    output: BuiltSession, target: Target, toolchain: ProverToolchain, sandbox: ProofSandbox
) -> FallibleProcessResult:
    asked = {
        "step": "build",
        "session": output.facts.name,
        "roots": roots_of(output.closure),
        "timeout": target[ProofTimeoutField].value,
    }
    inputs = await concurrently(
        add_prefix(AddPrefix(output.sources, SOURCES)),
        add_prefix(AddPrefix(output.heaps_below, HEAPS)),
    )
    what, outputs = f"Build {output.facts.name}", (BUILT,)
    return await run_driver(ISABELLE_DRIVER, sandbox, toolchain, asked, inputs, what, outputs)


@rule(desc="Build an Isabelle session", level=LogLevel.DEBUG)
async def compile_session(
    request: CompileSessionRequest, isabelle: IsabelleSubsystem, sandbox: ProofSandbox
) -> FallibleCompiled:
    (target,) = proof_sources(request.component)  # no edge closes a cycle: see the inference
    session, sessions = await concurrently(
        read_session(SessionRequest(target.address), **implicitly()),
        map_isabelle_sessions(**implicitly()),
    )

    def concluded(verdict: Verdict, message: str, **more: Any) -> FallibleCompiled:
        return FallibleCompiled(target.address, session.name, verdict, message, **more)

    cycle = sessions.cycle(toolchain_of(target[IsabelleToolchainField], isabelle), session.name)
    if cycle:
        return concluded(Verdict.HARD_ERROR, f"session cycle: {' -> '.join(cycle)}")
    build_file = f"{target.address.spec_path}/BUILD"
    wrong = invalid_fields(target) or wrong_from_the_start(session, build_file)
    if wrong is not None:
        return concluded(Verdict.HARD_ERROR, wrong)
    below = await concurrently(
        compile_session(CompileSessionRequest(d), **implicitly())
        for d in request.component.dependencies
        if d.representative.has_field(IsabelleSourcesField)
    )
    failure = failed_import(below)
    if failure is not None:
        verdict, message, cause = failure
        return concluded(verdict, message, cause=cause)
    setting = await setting_of(SettingRequest(target), **implicitly())
    toolchain = setting.toolchain
    if toolchain.digest is None or sandbox.digest is None:
        return concluded(Verdict.NOT_AVAILABLE, toolchain.reason or sandbox.reason)
    built = [b.output for b in below if b.output is not None]
    inputs = await _inputs(session, target, toolchain, built)
    if isinstance(inputs, str):
        return concluded(Verdict.HARD_ERROR, inputs)
    result = await _run(inputs, target, toolchain, sandbox)
    answer = driver_answer(result)
    facts = dict(seconds=answer.get("seconds", 0.0), metadata=result.metadata)
    if not answer.get("accepted"):
        timeout = target[ProofTimeoutField].value
        message = rejected_because(answer, f"the session `{session.name}`", timeout)
        return concluded(Verdict.HARD_ERROR, message, **facts)
    own = await remove_prefix(RemovePrefix(result.output_digest, BUILT))
    heaps = await merge_digests(MergeDigests([inputs.heaps_below, own]))
    output = dataclasses.replace(inputs, own=own, heaps=heaps)
    return concluded(Verdict.CLEAN, "", output=output, **facts)


def rules():
    return [*collect_rules(), UnionRule(CompileRequest, CompileSessionRequest)]
