"""The nets that numeric witnesses are about: `netspec`."""

from __future__ import annotations

from fourfold.backend.nets import net_rules, netspecs
from fourfold.backend.nets import target_types as net_target_types
from fourfold.backend.nets.goals import run
from fourfold.backend.numerics import code, process


def target_types():
    return net_target_types.target_types()


def rules():
    return [
        *code.rules(),
        *net_rules.rules(),
        *netspecs.rules(),
        *process.rules(),
        *run.rules(),
    ]
