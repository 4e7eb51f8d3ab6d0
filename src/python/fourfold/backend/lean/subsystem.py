from __future__ import annotations

from pants.option.option_types import StrListOption, StrOption
from pants.util.strutil import softwrap

from fourfold.prover.subsystem import ProverSubsystem


class LeanSubsystem(ProverSubsystem):
    options_scope = "lean"
    name = "Lean"
    help = "The Lean 4 proof assistant."

    default_toolchain = StrOption(
        default="lean-4",
        help=softwrap(
            """
            The toolchain of a `lean_theory` that names none, a key of `[toolchains].locks`. Its
            definition also says what a toolchain that is found on the machine looks like.
            """
        ),
    )
    axioms = StrListOption(
        default=["propext", "Quot.sound", "Classical.choice"],
        help=softwrap(
            """
            Axioms that every theorem of the repository may rest on: full names, or globs over
            them. The default are the three of Lean's own library. A `lean_theory` adds its own
            with the field `axioms`.
            """
        ),
    )
