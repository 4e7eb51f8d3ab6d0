"""Sources, written or generated, and their text for those who look for imports in it."""

from __future__ import annotations

from dataclasses import dataclass

from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.target import SourcesField
from pants.util.logging import LogLevel

from fourfold.engine import collect_rules, determine_source_files, get_digest_contents, rule
from fourfold.prover.target_types import ProofSourceField, ProofSourcesField


def source_request(field: SourcesField) -> SourceFilesRequest:
    """By this request, and no other, a proof's sources are read: it generates them, if need be."""
    kinds = (ProofSourceField, ProofSourcesField)
    return SourceFilesRequest([field], for_sources_types=kinds, enable_codegen=True)


@dataclass(frozen=True)
class SourceTextRequest:
    source: ProofSourceField


@dataclass(frozen=True)
class SourceText:
    """Empty where the file cannot be read, such as an absolute symlink: its compile says why.

    An exception here would be one of the import graph, and so of every proof.
    """

    path: str
    text: str


@rule(desc="Read a proof source", level=LogLevel.DEBUG)
async def read_source_text(request: SourceTextRequest) -> SourceText:
    try:
        sources = await determine_source_files(source_request(request.source))
        contents = await get_digest_contents(sources.snapshot.digest)
    except Exception:
        return SourceText(request.source.proof_path, "")
    text = "".join(file.content.decode(errors="replace") for file in contents)
    return SourceText(request.source.proof_path, text)


def rules():
    return collect_rules()
