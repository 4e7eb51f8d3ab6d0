from __future__ import annotations

from pants.build_graph.address import Address
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    BoolField,
    Dependencies,
    InvalidFieldException,
    MultipleSourcesField,
    StringField,
    StringSequenceField,
    Target,
    generate_multiple_sources_field_help_message,
)
from pants.util.strutil import softwrap

from fourfold.backend.agda.names import is_module_name
from fourfold.backend.agda.options import SAFE_FLAGS, UNSAFE_FLAGS
from fourfold.backend.agda.scanner import EXTENSIONS
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


class AgdaSourceField(ProofSourceField):
    expected_file_extensions = tuple(sorted({f".{e.rsplit('.', 1)[-1]}" for e in EXTENSIONS}))


class AgdaDependenciesField(Dependencies):
    pass


class AgdaToolchainField(ToolchainField):
    default = None
    help = ToolchainField.help + " The default is the option `[agda].default_toolchain`."


class AgdaModulePrefixField(JudgedField, StringField):
    alias = "module_prefix"
    default = ""
    value: str
    help = softwrap(
        """
        The module name that stands for the folder of the BUILD file: below it, `A/B.agda` is the
        module `PREFIX.A.B`. By default the folder is an include folder, and that file is `A.B`.
        """
    )

    @classmethod
    def compute_value(cls, raw_value: str | None, address: Address) -> str:
        value = super().compute_value(raw_value, address) or ""
        if value and not is_module_name(value):
            raise InvalidFieldException(
                f"The `{cls.alias}` field of {address} must be an Agda module name such as "
                f"`Lib.Part`, but is {value!r}. Set `{cls.alias}` in {address.spec_path}/BUILD."
            )
        return value


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


class AgdaFlagsField(JudgedField, StringSequenceField):
    alias = "flags"
    default = ()
    help = softwrap(
        f"""
        Options that every source is checked with. Permitted are {", ".join(SAFE_FLAGS)}; where
        `safe` is off, {", ".join(UNSAFE_FLAGS)} as well; and what permits nothing: warnings
        (`-W`), what makes Agda accept less, and what helps it to fill something in. A source may
        not set another option that changes what can be proved, and must not take back what these
        forbid: with `--without-K` here, one that sets `--with-K` is refused.
        """
    )


_MODULE_FIELDS = (
    AgdaDependenciesField,
    AgdaModulePrefixField,
    AgdaToolchainField,
    AgdaSafeField,
    AgdaFlagsField,
    *PROOF_FIELDS,
)


class AgdaModuleTarget(Target):
    alias = "agda_module"
    core_fields = (*COMMON_TARGET_FIELDS, AgdaSourceField, *_MODULE_FIELDS)
    help = "One Agda source file: checked, audited, and checked again from nothing."


class AgdaLibrarySourcesField(MultipleSourcesField):
    expected_file_extensions = AgdaSourceField.expected_file_extensions
    default = tuple(f"**/*{extension}" for extension in EXTENSIONS)
    help = generate_multiple_sources_field_help_message(
        "Example: `sources=['*.agda', '!Draft.agda']`"
    )


class AgdaWholeLibraryModulesField(LoadedTogetherField):
    pass


class AgdaWholeLibraryTarget(Target):
    alias = "agda_whole_library"
    core_fields = (AgdaWholeLibraryModulesField, AgdaToolchainField, *LIBRARY_FIELDS)
    help = "What a `agda_library` generates for itself: its claims, judged over all of its modules."


class AgdaLibraryTarget(LibraryGenerator):
    alias = "agda_library"
    generated_target_cls = AgdaModuleTarget
    library_target_cls = AgdaWholeLibraryTarget
    core_fields = (*COMMON_TARGET_FIELDS, AgdaLibrarySourcesField, ProofOverridesField)
    moved_fields = _MODULE_FIELDS
    help = "An include folder of Agda sources; generates an `agda_module` for each."


def target_types():
    return [AgdaModuleTarget, AgdaWholeLibraryTarget, AgdaLibraryTarget]
