"""What the session of a target is: its ROOT entry or fields, and the theories that belong to it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.fs import Digest, DigestSubset, PathGlobs
from pants.engine.target import Target, WrappedTargetRequest
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.root import InvalidRoot, RootSession, parse_root
from fourfold.backend.isabelle.scanner import scan_theory
from fourfold.backend.isabelle.session import (
    InvalidSession,
    SessionFields,
    SessionTheories,
    choose_entry,
    from_fields,
    needed_sessions,
    session_theories,
    with_document_files,
)
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import (
    IsabelleDirectoriesField,
    IsabelleImportedSessionsField,
    IsabelleOptionsField,
    IsabelleParentField,
    IsabelleSessionNameField,
    IsabelleSourcesField,
    IsabelleTheoriesField,
    IsabelleToolchainField,
)
from fourfold.engine import (
    collect_rules,
    determine_source_files,
    digest_subset_to_digest,
    get_digest_contents,
    implicitly,
    resolve_target,
    rule,
)
from fourfold.prover.source_text import source_request


def toolchain_of(field: IsabelleToolchainField, isabelle: IsabelleSubsystem) -> str:
    return field.value or isabelle.default_toolchain


@dataclass(frozen=True)
class SessionRequest:
    address: Address


@dataclass(frozen=True)
class Session:
    """`folder` holds the (written) ROOT file, from the root of the repository; `sources` are the
    session's theories and what else its target has, without other sessions' theories.

    With an `error` there is a name, and nothing else.
    """

    name: str
    folder: str
    entry: RootSession
    theories: SessionTheories
    sources: Digest
    error: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        return needed_sessions(self.entry, self.theories)


def fields_of(target: Target) -> SessionFields:
    options = target[IsabelleOptionsField].value
    return SessionFields(
        parent=target[IsabelleParentField].value,
        sessions=target[IsabelleImportedSessionsField].value,
        directories=target[IsabelleDirectoriesField].value,
        theories=target[IsabelleTheoriesField].value,
        options=None if options is None else tuple(sorted(options.items())),
    )


def _folder_name(address: Address) -> str:
    return os.path.basename(address.spec_path) or "Session"


@rule(desc="Read an Isabelle session", level=LogLevel.DEBUG)
async def read_session(request: SessionRequest) -> Session:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="an Isabelle session"),
        **implicitly(),
    )
    target, owner = wrapped.target, request.address.spec
    files = await determine_source_files(source_request(target[IsabelleSourcesField]))
    sources = files.snapshot.digest
    contents = await get_digest_contents(sources)
    texts = {file.path: file.content.decode(errors="replace") for file in contents}
    base = request.address.spec_path
    root_path = os.path.join(base, "ROOT")
    wanted = target[IsabelleSessionNameField].value
    name = wanted or _folder_name(request.address)
    try:
        entries = parse_root(texts[root_path], root_path) if root_path in texts else ()
        entry = choose_entry(wanted, entries, root_path, owner)
        name = entry.name if entry is not None else name
        folder = os.path.normpath(os.path.join(base, entry.directory if entry else "."))
        headers = {
            os.path.relpath(path, folder or "."): scan_theory(text)
            for path, text in texts.items()
            if path.endswith(".thy")
        }
        bases = [os.path.splitext(path)[0] for path in headers]
        session = from_fields(name, entry, fields_of(target), bases, owner)
        session = with_document_files(session, (os.path.relpath(p, folder or ".") for p in texts))
        theories = session_theories(session, headers)
    except (InvalidRoot, InvalidSession) as e:
        nothing = SessionTheories((), (), ())
        return Session(name, base, RootSession(name), nothing, sources, str(e))
    kept = [path for path in texts if not path.endswith(".thy") and path != root_path]
    kept += [os.path.normpath(os.path.join(folder, path)) for _, path in theories.files]
    return Session(
        session.name,
        base,
        session,
        theories,
        await digest_subset_to_digest(DigestSubset(sources, PathGlobs(kept))),
    )


def rules():
    return collect_rules()
