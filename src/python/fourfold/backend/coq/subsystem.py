from __future__ import annotations

from pants.option.option_types import BoolOption, StrListOption, StrOption
from pants.util.strutil import softwrap

from fourfold.prover.subsystem import ProverSubsystem


class CoqSubsystem(ProverSubsystem):
    options_scope = "coq"
    name = "Coq"
    help = "The Coq/Rocq proof assistant."

    default_toolchain = StrOption(
        default="coq-8.20",
        help="The toolchain of a `coq_theory` that names none; a key of `[toolchains].locks`.",
    )
    axioms = StrListOption(
        help=softwrap(
            """
            Axioms that every theorem of the repository may rest on: fully qualified names, or
            globs over them. A `coq_theory` adds its own with the field `axioms`.
            """
        ),
    )
    ml_plugins = StrListOption(
        default=[
            *("ltac", "ltac2", "number_string_notation", "tauto", "cc", "firstorder", "ring"),
            *("zify", "micromega*", "nsatz*", "btauto*", "rtauto", "funind", "derive"),
            "extraction",
            *("ssrmatching", "ssreflect", "elpi", "coq-elpi.*", "rocq-elpi.*", "bignums*"),
            *("coq-core.plugins.*", "rocq-runtime.plugins.*", "coq-bignums.*"),
        ],
        help=softwrap(
            """
            OCaml plugins that a module, or what it imports, may load: globs over the names that
            `Print ML Modules` shows, without `_plugin.cmxs`. A plugin runs inside Coq and could
            do anything there.
            """
        ),
    )
    whole_closures = BoolOption(
        default=False,
        help=softwrap(
            """
            Audit and re-check each module with the full files of all that it imports, instead of
            composing the audits of the modules. Both find the same; this one does not rest on
            the interface stubs, and a changed proof audits all dependents again.
            """
        ),
    )
