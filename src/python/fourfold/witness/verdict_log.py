"""Writes each target's report under dist/fourfold/, and one line of totals at the end of a run.

The rules of the `test` goal that end in a report are not cacheable: they are run again in each
session (their processes are not), so that the files are there, and the totals are whole, also
when nothing had to be done.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import os
from dataclasses import dataclass
from typing import Iterable

from pants.base.build_environment import get_buildroot
from pants.core.goals.test import ShowOutput, TestResult
from pants.core.util_rules.distdir import DistDir
from pants.engine.addresses import Address
from pants.engine.fs import EMPTY_FILE_DIGEST, CreateDigest, FileContent
from pants.engine.internals.session import RunId
from pants.engine.process import ProcessResultMetadata
from pants.engine.streaming_workunit_handler import (
    WorkunitsCallback,
    WorkunitsCallbackFactory,
    WorkunitsCallbackFactoryRequest,
)
from pants.engine.unions import UnionRule

from fourfold.core.report import Report, to_json, to_junit_xml, totals
from fourfold.core.verdict import Verdict, exit_code
from fourfold.engine import collect_rules, digest_to_snapshot, implicitly, make_test_result, rule

logger = logging.getLogger(__name__)

_FOLDER = "fourfold"


class _Session:
    """The reports of the run that is going on, by target; a daemon serves one at a time."""

    reports: dict[str, Report] = {}


# Most file systems take 255 bytes for a name; room is left for suffixes.
_LONGEST_NAME = 200


# The endings of files that are judged. A target of such a name is written like a file.
_ENDINGS = frozenset(("agda", "lagda", "v", "lean", "thy", "py", "yaml", "yml", "md", "tex"))


def file_stem(address: Address) -> str:
    """The name of a target's report, without suffix: its address, with full stops for slashes.

    Two addresses must not have one report, or a later `clean` would hide a `hard-error`: what
    could be another address, written so, has a digest of its own, and so has what is too long.
    """
    name = address.path_safe_spec
    if name.startswith("."):  # of a target in the root's BUILD file: it would be hidden
        name = "root" + name
    if len(name.encode()) <= _LONGEST_NAME and not _is_ambiguous(address):
        return name
    kept = name.encode()[: _LONGEST_NAME - 17].decode(errors="ignore")
    return f"{kept}.{hashlib.sha256(address.spec.encode()).hexdigest()[:16]}"


def _is_ambiguous(address: Address) -> bool:
    """Whether a full stop, or an `@`, in the file's name may not be one between its parts."""
    file = (address.relative_file_path or "") if address.is_file_target else ""
    parts: list[str] = [address.spec_path, os.path.splitext(file)[0], address.target_name]
    if any("." in part or "@" in part for part in parts) or address.spec_path == "root":
        return True
    return not file and address.target_name in _ENDINGS


def record_report(report: Report, address: Address, dist: DistDir) -> Report:
    """The report that stands: a hard-error where it could not be written.

    It has side effects: call it from uncacheable rules only.
    """
    path = os.path.join(get_buildroot(), dist.relpath, _FOLDER, f"{file_stem(address)}.json")
    try:
        write_if_new(path, to_json(report))
    except OSError as error:
        said = f"its report cannot be written to {os.path.relpath(path, get_buildroot())}: {error}"
        report = dataclasses.replace(
            report, verdict=Verdict.HARD_ERROR, messages=(*report.messages, said)
        )
    _Session.reports[report.target] = report
    return report


def write_if_new(path: str, content: str) -> None:
    """Raises OSError."""
    try:
        with open(path) as f:
            if f.read() == content:
                return
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    # A reader never sees half a report, nor does a full disk leave one.
    with open(path + ".tmp", "w") as f:
        f.write(content)
    os.replace(path + ".tmp", path)


async def test_result(
    report: Report,
    address: Address,
    metadata: tuple[ProcessResultMetadata, ...],
    output: ShowOutput,
    *,
    strict: bool,
    lacks: tuple[str, ...] = (),
) -> TestResult:
    """What `test` needs to know of a report; for use in rules.

    `strict` and `lacks` are the options of `[fourfold]`.
    """
    text = "\n".join(report.messages)
    xml = await digest_to_snapshot(
        **implicitly(
            CreateDigest([FileContent(f"{file_stem(address)}.xml", to_junit_xml(report).encode())])
        )
    )
    code = exit_code(report.verdict, strict=strict, lacks=lacks, missing=report.missing)
    shown = report.verdict is not Verdict.NOT_AVAILABLE or code != 0
    return make_test_result(
        exit_code=code,
        stdout=text + "\n" if text else "",
        stdout_digest=EMPTY_FILE_DIGEST,
        stderr="",
        stderr_digest=EMPTY_FILE_DIGEST,
        addresses=(address,),
        output_setting=output,
        # Without metadata Pants prints no line: a target that was not checked must not be
        # shown as one that succeeded. It is in the warnings and the totals.
        result_metadata=_combined(metadata) if shown else None,
        partition_description=report.summary(),
        xml_results=xml,
    )


def _combined(metadata: tuple[ProcessResultMetadata, ...]) -> ProcessResultMetadata | None:
    """One line for several processes: it is cached if all are, and took as long as all."""
    if not metadata:
        return None
    latest = RunId(max(m.source_run_id for m in metadata))
    ran = [m for m in metadata if m.source(latest) == ProcessResultMetadata.Source.RAN]
    chosen = ran[0] if ran else max(metadata, key=lambda m: m.source_run_id)
    return dataclasses.replace(
        chosen, total_elapsed_ms=sum(m.total_elapsed_ms or 0 for m in metadata)
    )


def not_available(reports: Iterable[Report]) -> dict[str, list[str]]:
    """Reason -> the targets that were not judged for it."""
    reasons: dict[str, list[str]] = {}
    for report in reports:
        if report.verdict is Verdict.NOT_AVAILABLE:
            reasons.setdefault(" ".join(report.messages), []).append(report.target)
    return reasons


class _Totals(WorkunitsCallback):
    can_finish_async = False  # it prints

    def __init__(self) -> None:
        _Session.reports = {}

    def __call__(self, *, finished: bool, **_: object) -> None:
        if finished and _Session.reports:
            for reason, targets in not_available(_Session.reports.values()).items():
                more = f" (and {len(targets) - 1} more)" if len(targets) > 1 else ""
                logger.warning(f"{targets[0]}{more}: not-available: {reason}")
            logger.info(totals(_Session.reports.values()))


@dataclass(frozen=True)
class TotalsRequest(WorkunitsCallbackFactoryRequest):
    pass


@rule
def totals_callback(_: TotalsRequest) -> WorkunitsCallbackFactory:
    return WorkunitsCallbackFactory(_Totals)


def rules():
    return [*collect_rules(), UnionRule(WorkunitsCallbackFactoryRequest, TotalsRequest)]
