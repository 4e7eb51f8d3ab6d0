"""What every prover's backend answers: the judgement of one of its targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Type

from pants.build_graph.address import Address
from pants.core.util_rules.environments import EnvironmentName
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import Field
from pants.engine.unions import union

from fourfold.core.report import Report


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class JudgeRequest:
    """Asks for the judgement of the target at `address`, which has a `field_type`."""

    address: Address

    field_type: ClassVar[Type[Field]]


@dataclass(frozen=True)
class Judgement:
    """`metadata` are those of the processes that decided it, if any ran or were cached."""

    report: Report
    metadata: tuple[ProcessResultMetadata, ...] = ()
