from __future__ import annotations

from pants.option.option_types import BoolOption, SkipOption, StrOption
from pants.option.subsystem import Subsystem
from pants.util.strutil import softwrap


class FiniteDifferencesSubsystem(Subsystem):
    options_scope = "finite-differences"
    name = "fd_check"
    help = "Derivatives as written, compared with finite differences."

    skip = SkipOption("test")
    runner = StrOption(
        default="numerics.gradients.run_checks",
        help="The Python module that runs the checks of a module, in the resolve of the target.",
    )
    plot = BoolOption(
        default=False,
        help=softwrap(
            """
            Draw, for each check, the error against the step, as a PNG under `dist/test/`. Needs
            matplotlib in the resolve. It is part of the cache key: checks are run anew.
            """
        ),
    )


class OraclesSubsystem(Subsystem):
    options_scope = "oracles"
    name = "vjp_oracle"
    help = "Hand-derived backward passes, compared with automatic differentiation."

    skip = SkipOption("test")
    runner = StrOption(
        default="numerics.oracle.run_oracle",
        help="The Python module that compares one training step, in the resolve of the target.",
    )
