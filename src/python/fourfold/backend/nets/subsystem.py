from __future__ import annotations

from pants.option.option_types import StrOption
from pants.option.subsystem import Subsystem
from pants.util.strutil import softwrap


class NetsSubsystem(Subsystem):
    options_scope = "nets"
    help = "Networks, described in YAML."

    script = StrOption(
        default="numerics.autodiff.script",
        help="The Python module that prints a net as a program, for `run` on a `netspec`.",
    )
    rule_modules = StrOption(
        default="numerics.stablehlo.rules.of_nets",
        help=softwrap(
            """
            The Python module that prints, as JSON, which modules of backward rules each net needs.
            Others are no inputs of the net's oracles and traces. Where no target owns the module,
            nothing is left out.
            """
        ),
    )
