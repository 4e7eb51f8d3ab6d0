"""The goal `audit`: judges what it is given, as `test` does, and prints one table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import Iterable, Type

from pants.base.build_environment import get_buildroot
from pants.core.goals.test import TestRequest
from pants.core.util_rules.distdir import DistDir
from pants.engine.addresses import Address
from pants.engine.console import Console
from pants.engine.goal import Goal, GoalSubsystem
from pants.engine.target import FilteredTargets, Target
from pants.engine.unions import UnionMembership
from pants.option.option_types import BoolOption, EnumOption, StrListOption
from pants.util.docutil import bin_name
from pants.util.strutil import softwrap

from fourfold.core.audit import (
    Audited,
    as_document,
    as_markdown,
    as_table,
    disagreements,
    failures,
    rows,
)
from fourfold.core.report import counted
from fourfold.core.verdict import exit_code
from fourfold.engine import collect_rules, concurrently, goal_rule, implicitly
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import JudgeTargetRequest, judge_target, judges_of
from fourfold.witness.verdict_log import record_report, write_if_new

DOCUMENT = "fourfold/audit.json"


class AuditFormat(Enum):
    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class AuditSubsystem(GoalSubsystem):
    name = "audit"
    help = softwrap(
        """
        Judge proofs, gradients and traces as `test` does, and print one table: a line for each
        kind of witness. The same, with the report of every target, is in
        dist/fourfold/audit.json.
        """
    )

    format = EnumOption(
        default=AuditFormat.TABLE,
        help="What to print: a table for a terminal, the JSON document, or a table in Markdown.",
    )
    backend = StrListOption(
        help=softwrap(
            """
            Judge targets of these kinds only: the names in the table's first column, such as
            `coq`, `agda` or `finite-differences`.
            """
        ),
    )
    strict = BoolOption(
        default=False,
        help="Fail for targets that are not-available, as `[fourfold].strict` makes `test` do.",
    )
    agreement = BoolOption(
        default=False,
        help=softwrap(
            """
            Fail where the versions of a prover that a target is parametrized with do not all give
            a source one verdict, and where nothing is judged by two versions.
            """
        ),
    )


class Audit(Goal):
    subsystem_cls = AuditSubsystem
    environment_behavior = Goal.EnvironmentBehavior.LOCAL_ONLY


@dataclass(frozen=True)
class Selected:
    target: Target
    backend: str


def tests_by_name(union_membership: UnionMembership) -> dict[str, Type[TestRequest]]:
    """What `test` runs, by the names of its tools, which are the kinds of witness."""
    kinds = union_membership.get(TestRequest)
    return {kind.tool_subsystem.options_scope: kind for kind in kinds}


def select(
    targets: Iterable[Target], union_membership: UnionMembership, wanted: tuple[str, ...]
) -> list[Selected]:
    """Those that `test` would judge. Raises ValueError if that is none, or a name is unknown."""
    found = [
        Selected(target, name)
        for target in targets
        if judges_of(target, union_membership)
        for name, kind in tests_by_name(union_membership).items()
        if kind.field_set_type.is_applicable(target)
    ]
    here = sorted({s.backend for s in found})
    unknown = sorted(set(wanted) - set(here))
    if unknown:
        raise ValueError(
            f"--audit-backend names {', '.join(unknown)}, of which there is no target here. There "
            f"are targets of: {', '.join(here) or 'no kind'}."
        )
    if not found:
        raise ValueError(
            "Nothing here can be judged: no target is a proof, a gradient check or a trace, or "
            f"all of them are skipped. `{bin_name()} list ::` lists the targets."
        )
    return [s for s in found if not wanted or s.backend in wanted]


def source_of(address: Address) -> str:
    """Its address without the toolchain that it is parametrized with."""
    rest = {k: v for k, v in address.parameters.items() if k != "toolchain"}
    return Address(
        address.spec_path,
        target_name=address.target_name,
        parameters=rest,
        generated_name=address.generated_name,
        relative_file_path=address.relative_file_path if address.is_file_target else None,
    ).spec


def agreement_problems(audited: Iterable[Audited]) -> tuple[list[str], str]:
    """What does not agree, and a line that says how much was compared."""
    found, compared = disagreements(audited)
    if not compared:
        found = [
            "--audit-agreement: no source is judged by two versions of its prover; give its "
            'target `toolchain=parametrize("...", "...")`.'
        ]
    return found, f"{counted(compared, 'source')} judged by two versions or more"


def shown(format: AuditFormat, audited: list[Audited], lines: list[str], document: str) -> str:
    if format is AuditFormat.JSON:
        return document
    table = rows(audited)
    text = as_table(table) if format is AuditFormat.TABLE else as_markdown(table)
    rest = [f"- {line}" for line in lines] if format is AuditFormat.MARKDOWN else lines
    return "\n".join([text, *([""] if rest else []), *rest]) + "\n"


@goal_rule
async def audit(
    console: Console,
    targets: FilteredTargets,
    options: AuditSubsystem,
    fourfold: FourfoldSubsystem,
    union_membership: UnionMembership,
    dist: DistDir,
) -> Audit:
    try:
        selected = select(targets, union_membership, tuple(options.backend))
    except ValueError as e:
        console.print_stderr(str(e))
        return Audit(exit_code=1)
    judgements = await concurrently(
        judge_target(JudgeTargetRequest(s.target.address), **implicitly()) for s in selected
    )
    audited = [
        Audited(
            record_report(j.report, s.target.address, dist), s.backend, source_of(s.target.address)
        )
        for s, j in zip(selected, judgements)
    ]
    problems, lines = [], failures(audited)
    if options.agreement:
        problems, compared = agreement_problems(audited)
        lines += [*problems, compared]
    path = os.path.join(dist.relpath, DOCUMENT)
    document = as_document(audited, problems)
    try:
        write_if_new(os.path.join(get_buildroot(), path), document)
    except OSError as error:
        problems.append(f"{path} cannot be written: {error}")
        console.print_stderr(problems[-1])
    console.write_stdout(shown(options.format, audited, lines, document))
    codes = [
        exit_code(
            a.report.verdict,
            strict=options.strict or fourfold.strict,
            lacks=fourfold.lacks,
            missing=a.report.missing,
        )
        for a in audited
    ]
    return Audit(exit_code=max([*codes, 1 if problems else 0]))


def rules():
    return collect_rules()
