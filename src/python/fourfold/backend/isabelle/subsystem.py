from __future__ import annotations

from pants.option.option_types import IntOption, StrListOption, StrOption
from pants.util.strutil import softwrap

from fourfold.prover.subsystem import ProverSubsystem


class IsabelleSubsystem(ProverSubsystem):
    options_scope = "isabelle"
    name = "Isabelle"
    help = "The Isabelle proof assistant."

    default_toolchain = StrOption(
        default="isabelle-2025",
        help=softwrap(
            """
            The toolchain of an `isabelle_session` that names none: a key of `[toolchains].locks`,
            `system` (the Isabelle whose `isabelle` is on PATH), or the absolute path of an
            Isabelle home.
            """
        ),
    )
    axioms = StrListOption(
        help=softwrap(
            """
            Axioms that every theorem of the repository may rest on: full names
            (`Session.Theory.axiom`), or globs over them; and oracles, as `oracle:Theory.oracle`.
            An `isabelle_session` adds its own with the field `axioms`.
            """
        ),
    )
    library_timeout = IntOption(
        default=7200,
        help=softwrap(
            """
            Seconds that building a session of the toolchain (such as HOL-Analysis) may take, where
            the toolchain does not hold its image. It is part of the cache key.
            """
        ),
    )
