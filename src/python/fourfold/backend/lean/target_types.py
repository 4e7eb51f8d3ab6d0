from __future__ import annotations

import re

from pants.util.strutil import softwrap

from fourfold.backend.lean.names import is_module_name
from fourfold.prover.library_targets import LoadedTogetherField, library_targets
from fourfold.prover.target_types import (
    FlagsField,
    ModuleNameField,
    ProofSourceField,
    ToolchainField,
)

# Options that change how a file is read, and never what the kernel checks.
PERMITTED_OPTIONS = (
    "autoImplicit",
    "relaxedAutoImplicit",
    "warningAsError",
    "maxRecDepth",
    "maxHeartbeats",
    "synthInstance.maxHeartbeats",
    "synthInstance.maxSize",
    "linter.all",
)
_FLAG = re.compile(rf"-D({'|'.join(re.escape(o) for o in PERMITTED_OPTIONS)})=(true|false|\d+)")


def refused_option(flags: tuple[str, ...]) -> str | None:
    """The first flag that is not permitted."""
    return next((f for f in flags if not _FLAG.fullmatch(f)), None)


class LeanSourceField(ProofSourceField):
    expected_file_extensions = (".lean",)


class LeanToolchainField(ToolchainField):
    help = softwrap(
        """
        Name of the toolchain: a key of `[toolchains].locks`, the name of an elan toolchain such as
        `leanprover/lean4:v4.9.0`, the absolute path of a folder, or `system` for what is on PATH.
        Give several with `toolchain=parametrize("a", "b")`. The default is the option
        `[lean].default_toolchain`.
        """
    )


class LeanModulePrefixField(ModuleNameField):
    alias = "module_prefix"
    names = "the name of a Lean module"
    is_name = staticmethod(is_module_name)
    help = softwrap(
        """
        The module name of the folder of the BUILD file: the file `a/B.lean` below it is the module
        `PREFIX.a.B`, or `a.B` where the prefix is empty. The default is the name of the folder.
        """
    )


class LeanFlagsField(FlagsField):
    help = softwrap(
        f"""
        Options for lean, each as `-D<name>=<value>`. Permitted are
        {", ".join(PERMITTED_OPTIONS)}: others could weaken what is checked.
        """
    )


class _AnyNameField(LoadedTogetherField):
    names_begin_with_module = False


LEAN = library_targets(
    "Lean",
    "theory",
    LeanSourceField,
    LeanToolchainField,
    (LeanModulePrefixField, LeanFlagsField),
    patterns=("**/*.lean",),
    example="['*.lean', '!lakefile.lean']",
    modules=_AnyNameField,
    help_of_module="One Lean source file: compiled, audited, and its terms checked again by the "
    "kernel.",
    help_of_library="A folder of Lean sources below one module name; generates a `lean_module` "
    "for each.",
)
target_types = LEAN.all
