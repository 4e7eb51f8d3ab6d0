from __future__ import annotations

from fourfold.backend.agda.layout import find_layout
from fourfold.engine import collect_rules, rule
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest, laid_out


class SetUpAgda(SetUpRequest):
    pass


@rule(desc="Set up Agda")
async def set_up_agda(request: SetUpAgda) -> ProverToolchain:
    return await laid_out(request, find_layout)


def rules():
    return collect_rules()
