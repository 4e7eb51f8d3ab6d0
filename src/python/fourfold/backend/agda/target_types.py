from __future__ import annotations

from pants.engine.target import BoolField
from pants.util.strutil import softwrap

from fourfold.backend.agda.names import is_module_name
from fourfold.backend.agda.options import SAFE_FLAGS, UNSAFE_FLAGS
from fourfold.backend.agda.scanner import EXTENSIONS
from fourfold.prover.library_targets import LoadedTogetherField, library_targets
from fourfold.prover.target_types import (
    FlagsField,
    JudgedField,
    ModuleNameField,
    ProofSourceField,
    ToolchainField,
)


class AgdaSourceField(ProofSourceField):
    expected_file_extensions = tuple(sorted({f".{e.rsplit('.', 1)[-1]}" for e in EXTENSIONS}))


class AgdaToolchainField(ToolchainField):
    help = ToolchainField.help + " The default is the option `[agda].default_toolchain`."


class AgdaModulePrefixField(ModuleNameField):
    alias = "module_prefix"
    default = ""
    names = "an Agda module name"
    is_name = staticmethod(is_module_name)
    help = softwrap(
        """
        The module name that stands for the folder of the BUILD file: below it, `A/B.agda` is the
        module `PREFIX.A.B`. By default the folder is an include folder, and that file is `A.B`.
        """
    )


class AgdaSafeField(JudgedField, BoolField):
    alias = "safe"
    default = True
    value: bool
    help = softwrap(
        f"""
        Check with `--safe`, which refuses postulates, unsafe options and pragmas that switch a
        check off, here and in all that is imported. With `False`, postulates must be permitted by
        name (`axioms`, `ious`), and so must the options {", ".join(UNSAFE_FLAGS)}; nothing
        permits another option or pragma that `--safe` refuses.
        """
    )


class AgdaFlagsField(FlagsField):
    help = softwrap(
        f"""
        Options that every source is checked with. Permitted are {", ".join(SAFE_FLAGS)}; where
        `safe` is off, {", ".join(UNSAFE_FLAGS)} as well; and what permits nothing: warnings
        (`-W`), what makes Agda accept less, and what helps it to fill something in. A source may
        not set another option that changes what can be proved, and must not take back what these
        forbid: with `--without-K` here, one that sets `--with-K` is refused.
        """
    )


AGDA = library_targets(
    "Agda",
    "library",
    AgdaSourceField,
    AgdaToolchainField,
    (AgdaModulePrefixField, AgdaSafeField, AgdaFlagsField),
    patterns=tuple(f"**/*{extension}" for extension in EXTENSIONS),
    example="['*.agda', '!Draft.agda']",
    modules=LoadedTogetherField,
    help_of_module="One Agda source file: checked, audited, and checked again from nothing.",
    help_of_library="An include folder of Agda sources; generates an `agda_module` for each.",
)
target_types = AGDA.all
