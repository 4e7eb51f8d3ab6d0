"""Files that a Coq source names beside the modules it requires.

`From A Extra Dependency "f"` looks for `f` on the load path of `A`: it is put there from the
`files` and `resources` among the target's dependencies. `Load` is refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Iterable

from pants.core.target_types import FileSourceField, ResourceSourceField
from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.fs import EMPTY_DIGEST, CreateDigest, Digest, FileContent
from pants.engine.target import CoarsenedTarget, Target
from pants.util.logging import LogLevel

from fourfold.backend.coq.names import root_of
from fourfold.backend.coq.scanner import CoqFileUse
from fourfold.backend.coq.target_types import CoqSourceField
from fourfold.engine import (
    collect_rules,
    create_digest,
    determine_source_files,
    get_digest_contents,
    implicitly,
    rule,
)
from fourfold.prover.modules import ScanRequest, scan_source

# What Coq loads for a `Require` or a plugin: nothing but a compile may make these.
_LOADABLE = (".vo", ".vos", ".vok", ".vio", ".cmxs", ".cma")


@dataclass(frozen=True)
class CoqExtraFilesRequest:
    component: CoarsenedTarget


@dataclass(frozen=True)
class CoqExtraFiles:
    """`digest` is keyed by logical path, as a library's files are; `message` is an error."""

    digest: Digest = EMPTY_DIGEST
    roots: tuple[str, ...] = ()
    message: str = ""


def load_message(path: str, load: CoqFileUse) -> str:
    file = load.name if load.name.endswith(".v") else f"{load.name}.v"
    return (
        f"{path}:{load.line}: `Load {load.name}` is refused: it would take in the text of {file}, "
        "which is no dependency of this file, so no change of it would be seen. Make that file a "
        "module of the theory (its `sources` must match it) and say `Require Import` here, or put "
        "its text here."
    )


def absent_message(path: str, extra: CoqFileUse, target: Target) -> str:
    return (
        f"{path}:{extra.line}: no `files` target among the dependencies of this file has "
        f"{extra.name}, which `From {extra.prefix} Extra Dependency` names. In "
        f'{target.address.spec_path}/BUILD, write `files(name="data", '
        f'sources=["{extra.name}"])`, and add `dependencies=[":data"]` to the target.'
    )


def refused_message(path: str, extra: CoqFileUse) -> str | None:
    """For a file that Coq would load as a module, or that lies elsewhere; None for others."""
    parts = extra.name.split("/")
    compiled = os.path.splitext(extra.name)[1] in _LOADABLE
    if not compiled and all(part not in ("", ".", "..") for part in parts):
        return None
    why = "a compiled file" if compiled else "no path below the folder of the module"
    return (
        f"{path}:{extra.line}: `From {extra.prefix} Extra Dependency` names {extra.name}, which is "
        f"{why}: only text that lies beside the sources can be given to a file."
    )


def chosen_file(extra: CoqFileUse, files: Iterable[str], folder: str) -> str | None:
    """The one that lies nearest to `folder`, where several have the name."""
    found = [f for f in files if f == extra.name or f.endswith("/" + extra.name)]
    near = sorted(found, key=lambda f: (not f.startswith(folder + "/"), len(f), f))
    return near[0] if near else None


@rule(desc="Find the extra dependencies of a Coq file", level=LogLevel.TRACE)
async def find_extra_files(request: CoqExtraFilesRequest) -> CoqExtraFiles:
    target = request.component.representative
    path = target[CoqSourceField].proof_path
    scanned = await scan_source(ScanRequest(target[CoqSourceField]), **implicitly())
    if scanned.more.loads:
        return CoqExtraFiles(message=load_message(path, scanned.more.loads[0]))
    if not scanned.more.extras:
        return CoqExtraFiles()
    fields = [
        t[kind]
        for ct in request.component.dependencies
        for t in ct.members
        for kind in (FileSourceField, ResourceSourceField)
        if t.has_field(kind)
    ]
    sources = await determine_source_files(SourceFilesRequest(fields))
    contents = await get_digest_contents(sources.snapshot.digest)
    texts = {file.path: file.content for file in contents}
    placed = {}
    for extra in scanned.more.extras:
        refused = refused_message(path, extra)
        if refused is not None:
            return CoqExtraFiles(message=refused)
        found = chosen_file(extra, texts, target.address.spec_path)
        if found is None:
            return CoqExtraFiles(message=absent_message(path, extra, target))
        place = f"{(extra.prefix or '').replace('.', '/')}/{extra.name}"
        placed[place] = FileContent(place, texts[found])
    digest = await create_digest(CreateDigest(placed.values()))
    roots = {root_of(extra.prefix or "") for extra in scanned.more.extras}
    return CoqExtraFiles(digest, tuple(sorted(roots)))


def rules():
    return collect_rules()
