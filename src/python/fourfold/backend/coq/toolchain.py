from __future__ import annotations

from fourfold.backend.coq.layout import find_layout
from fourfold.engine import collect_rules, rule
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest, laid_out


class SetUpCoq(SetUpRequest):
    pass


@rule(desc="Set up Coq")
async def set_up_coq(request: SetUpCoq) -> ProverToolchain:
    return await laid_out(request, find_layout)


def rules():
    return collect_rules()
