from __future__ import annotations

import os
import re

from pants.build_graph.address import Address
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    Dependencies,
    InvalidFieldException,
    MultipleSourcesField,
    StringField,
    StringSequenceField,
    Target,
    generate_multiple_sources_field_help_message,
)
from pants.util.strutil import softwrap

from fourfold.backend.lean.names import is_module_name
from fourfold.prover.library_targets import (
    LIBRARY_FIELDS,
    LibraryGenerator,
    LoadedTogetherField,
)
from fourfold.prover.target_types import (
    PROOF_FIELDS,
    JudgedField,
    ProofOverridesField,
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


class LeanDependenciesField(Dependencies):
    pass


class LeanToolchainField(ToolchainField):
    default = None
    help = softwrap(
        """
        Name of the toolchain: a key of `[toolchains].locks`, the name of an elan toolchain such as
        `leanprover/lean4:v4.9.0`, the absolute path of a folder, or `system` for what is on PATH.
        Give several with `toolchain=parametrize("a", "b")`. The default is the option
        `[lean].default_toolchain`.
        """
    )


class LeanModulePrefixField(JudgedField, StringField):
    alias = "module_prefix"
    help = softwrap(
        """
        The module name of the folder of the BUILD file: the file `a/B.lean` below it is the module
        `PREFIX.a.B`, or `a.B` where the prefix is empty. The default is the name of the folder.
        """
    )

    @classmethod
    def compute_value(cls, raw_value: str | None, address: Address) -> str:
        value = super().compute_value(raw_value, address)
        if value is None:
            value = os.path.basename(address.spec_path)
        if value and not is_module_name(value):
            raise InvalidFieldException(
                f"The `{cls.alias}` field of {address} must be the name of a Lean module such as "
                f"`Lib.Part`, but is {value!r}. Set `{cls.alias}` in {address.spec_path}/BUILD."
            )
        return value


class LeanFlagsField(JudgedField, StringSequenceField):
    alias = "flags"
    default = ()
    help = softwrap(
        f"""
        Options for lean, each as `-D<name>=<value>`. Permitted are
        {", ".join(PERMITTED_OPTIONS)}: others could weaken what is checked.
        """
    )


_MODULE_FIELDS = (
    LeanDependenciesField,
    LeanModulePrefixField,
    LeanToolchainField,
    LeanFlagsField,
    *PROOF_FIELDS,
)


class LeanModuleTarget(Target):
    alias = "lean_module"
    core_fields = (*COMMON_TARGET_FIELDS, LeanSourceField, *_MODULE_FIELDS)
    help = "One Lean source file: compiled, audited, and its terms checked again by the kernel."


class LeanTheorySourcesField(MultipleSourcesField):
    expected_file_extensions = (".lean",)
    default = ("**/*.lean",)
    help = generate_multiple_sources_field_help_message(
        "Example: `sources=['*.lean', '!lakefile.lean']`"
    )


class LeanWholeTheoryModulesField(LoadedTogetherField):
    names_begin_with_module = False


class LeanWholeTheoryTarget(Target):
    alias = "lean_whole_theory"
    core_fields = (LeanWholeTheoryModulesField, LeanToolchainField, *LIBRARY_FIELDS)
    help = "What a `lean_theory` generates for itself: its claims, judged over all of its modules."


class LeanTheoryTarget(LibraryGenerator):
    alias = "lean_theory"
    generated_target_cls = LeanModuleTarget
    library_target_cls = LeanWholeTheoryTarget
    core_fields = (*COMMON_TARGET_FIELDS, LeanTheorySourcesField, ProofOverridesField)
    moved_fields = _MODULE_FIELDS
    help = "A folder of Lean sources below one module name; generates a `lean_module` for each."


def target_types():
    return [LeanModuleTarget, LeanWholeTheoryTarget, LeanTheoryTarget]
