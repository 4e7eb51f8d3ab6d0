from __future__ import annotations

from pants.option.option_types import StrListOption, StrOption
from pants.util.strutil import softwrap

from fourfold.prover.subsystem import ProverSubsystem


class AgdaSubsystem(ProverSubsystem):
    options_scope = "agda"
    name = "Agda"
    help = "The Agda proof assistant."

    default_toolchain = StrOption(
        default="agda-2.6",
        help="The toolchain of an `agda_library` that names none; a key of `[toolchains].locks`.",
    )
    axioms = StrListOption(
        help=softwrap(
            """
            Postulates that every theorem of the repository may rest on where `--safe` is off:
            fully qualified names, or globs over them. An `agda_library` adds its own with the
            field `axioms`.
            """
        ),
    )
