from __future__ import annotations

from pants.option.option_types import IntOption, SkipOption, StrListOption, StrOption
from pants.option.subsystem import Subsystem
from pants.util.strutil import softwrap


class IsabelleSubsystem(Subsystem):
    options_scope = "isabelle"
    name = "Isabelle"
    help = "The Isabelle proof assistant."

    skip = SkipOption("check", "test")
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
