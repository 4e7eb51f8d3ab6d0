"""What a target is compiled and judged with: the options of its prover, and its toolchain."""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.target import Target
from pants.engine.unions import UnionMembership

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.prover.spec import prover_for
from fourfold.prover.subsystem import (
    ProverOptions,
    ProverOptionsRequest,
    options_request,
    prover_options,
)
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest, set_up


@dataclass(frozen=True)
class SettingRequest:
    target: Target


@dataclass(frozen=True)
class Setting:
    """`prover` is its name."""

    prover: str
    options: ProverOptions
    toolchain: ProverToolchain


@rule
async def setting_of(request: SettingRequest, union_membership: UnionMembership) -> Setting:
    prover = prover_for(request.target, union_membership)
    asked = options_request(prover.subsystem)()
    options = await prover_options(**implicitly({asked: ProverOptionsRequest}))
    wanted = prover.set_up.of(request.target, options)
    toolchain = await set_up(**implicitly({wanted: SetUpRequest}))
    return Setting(prover.name, options, toolchain)


def rules():
    return collect_rules()
