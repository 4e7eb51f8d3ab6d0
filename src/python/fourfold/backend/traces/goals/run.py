"""`run` on a `trace_comparison` prints its table, and writes it beside the traces and plots."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pants.core.goals.run import RunFieldSet, RunInSandboxBehavior, RunRequest
from pants.core.util_rules.distdir import DistDir
from pants.engine.environment import EnvironmentName
from pants.engine.fs import AddPrefix, CreateDigest, FileContent, MergeDigests
from pants.util.logging import LogLevel

from fourfold.backend.traces.comparison import (
    TABLE_FILE,
    CompareTraces,
    compare_traces,
)
from fourfold.backend.traces.target_types import ComparisonBoundsField
from fourfold.engine import (
    _uncacheable_rule,
    add_prefix,
    collect_rules,
    concurrently,
    create_digest,
    implicitly,
    merge_digests,
)
from fourfold.witness.judge import JudgeTargetRequest, judge_target
from fourfold.witness.verdict_log import record_report

# The traces are recorded and compared in cached processes before; what is left is to copy.
# Its arguments are two folders, the exit code, and what to say.
_SCRIPT = """\
set -eu
from=$1 to=$2 code=$3 said=$4 table=$5
rm -rf -- "$to"
mkdir -p -- "$to"
cp -R -- "$from/." "$to"
chmod -R u+w -- "$to"
[ ! -e "$to/$table" ] || cat -- "$to/$table"
[ -z "$said" ] || printf '%s\\n' "$said"
echo "Wrote $to/"
exit "$code"
"""
_SCRIPT_FILE = "finish.sh"
_WRITTEN = "written"


@dataclass(frozen=True)
class ComparisonRunFieldSet(RunFieldSet):
    required_fields = (ComparisonBoundsField,)
    run_in_sandbox_behavior = RunInSandboxBehavior.NOT_SUPPORTED

    bounds: ComparisonBoundsField


# Uncacheable, because it writes the report: see verdict_log.py.
@_uncacheable_rule(desc="Compare traces", level=LogLevel.DEBUG)
async def run_comparison(
    fs: ComparisonRunFieldSet, dist: DistDir, environment: EnvironmentName
) -> RunRequest:
    compared = await compare_traces(
        **implicitly({CompareTraces(fs.address): CompareTraces, environment: EnvironmentName})
    )
    judged = await judge_target(
        **implicitly(
            {JudgeTargetRequest(fs.address): JudgeTargetRequest, environment: EnvironmentName}
        )
    )
    report = record_report(judged.report, fs.address, dist)
    script, written = await concurrently(
        create_digest(CreateDigest([FileContent(_SCRIPT_FILE, _SCRIPT.encode())])),
        add_prefix(AddPrefix(compared.written, _WRITTEN)),
    )
    said = "\n".join((report.summary(), *report.messages))
    return RunRequest(
        digest=await merge_digests(MergeDigests([script, written])),
        args=(
            "/bin/sh",
            f"{{chroot}}/{_SCRIPT_FILE}",
            f"{{chroot}}/{_WRITTEN}",
            os.path.join(dist.relpath, fs.address.spec_path, fs.address.target_name),
            # What could not be compared has not passed: whoever runs it wants the table.
            "0" if report.verdict.passes else "1",
            said,
            TABLE_FILE,
        ),
    )


def rules():
    return [*collect_rules(), *ComparisonRunFieldSet.rules()]
