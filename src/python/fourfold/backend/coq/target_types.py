from __future__ import annotations

import os

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

from fourfold.backend.coq.flags import PERMITTED
from fourfold.backend.coq.names import is_logical_name
from fourfold.prover.library_targets import (
    LIBRARY_FIELDS,
    LibraryGenerator,
    LibraryModulesField,
)
from fourfold.prover.target_types import (
    PROOF_FIELDS,
    JudgedField,
    PermitsField,
    ProofOverridesField,
    ProofSourceField,
    ToolchainField,
)
from fourfold.second_witness.scripts.witness_rules import RULES


class CoqSourceField(ProofSourceField):
    expected_file_extensions = (".v",)


class CoqDependenciesField(Dependencies):
    pass


class CoqToolchainField(ToolchainField):
    default = None
    help = ToolchainField.help + " The default is the option `[coq].default_toolchain`."


class CoqLogicalNameField(JudgedField, StringField):
    alias = "logical_name"
    help = softwrap(
        """
        The logical name of the folder of the BUILD file, as after `-R . NAME`: the file `a/b.v`
        below it is the module `NAME.a.b`. The default is the name of the folder; with `""`, it is
        the module `a.b`.
        """
    )

    @classmethod
    def compute_value(cls, raw_value: str | None, address: Address) -> str:
        value = super().compute_value(raw_value, address)
        if value is None:
            value = os.path.basename(address.spec_path)
        if value and not is_logical_name(value):
            raise InvalidFieldException(
                f"The `{cls.alias}` field of {address} must be a Coq logical name such as "
                f"`Lib.Part`, but is {value!r}. Set `{cls.alias}` in {address.spec_path}/BUILD."
            )
        return value


class CoqFlagsField(JudgedField, StringSequenceField):
    alias = "flags"
    default = ()
    help = softwrap(
        f"""
        Extra flags for coqc, arguments apart, as in `"-w", "+deprecated"`. Permitted are
        {", ".join(f"`{f}`" for f in PERMITTED)}: others could weaken what is checked.
        """
    )


class CoqStatementImportsField(StringSequenceField):
    alias = "statement_imports"
    default = ()
    help = softwrap(
        """
        Modules that `statements` are read with, as after `Require Import`: those of the
        toolchain's libraries, and modules of definitions that the audited module imports. All of
        such a module counts in a statement, its notations and instances too: read it as you read
        the statement. Without them, statements are read over Coq's prelude and what they name.
        """
    )


class CoqPermitsField(PermitsField):
    rules = RULES
    help = softwrap(
        f"""
        {PermitsField.help} The rules: {"; ".join(f"`{n}`: {what}" for n, what in RULES.items())}.
        """
    )


_MODULE_FIELDS = (
    CoqDependenciesField,
    CoqLogicalNameField,
    CoqToolchainField,
    CoqFlagsField,
    CoqStatementImportsField,
    CoqPermitsField,
    *PROOF_FIELDS,
)


class CoqModuleTarget(Target):
    alias = "coq_module"
    core_fields = (*COMMON_TARGET_FIELDS, CoqSourceField, *_MODULE_FIELDS)
    help = "One Coq source file: compiled, audited and checked again by a second kernel."


class CoqTheorySourcesField(MultipleSourcesField):
    expected_file_extensions = (".v",)
    default = ("**/*.v",)
    help = generate_multiple_sources_field_help_message("Example: `sources=['*.v', '!Draft.v']`")


class CoqWholeTheoryModulesField(LibraryModulesField):
    pass


class CoqWholeTheoryTarget(Target):
    alias = "coq_whole_theory"
    core_fields = (CoqWholeTheoryModulesField, CoqToolchainField, *LIBRARY_FIELDS)
    help = "What a `coq_theory` generates for itself: its claims, judged over all of its modules."


class CoqTheoryTarget(LibraryGenerator):
    alias = "coq_theory"
    generated_target_cls = CoqModuleTarget
    library_target_cls = CoqWholeTheoryTarget
    core_fields = (*COMMON_TARGET_FIELDS, CoqTheorySourcesField, ProofOverridesField)
    moved_fields = _MODULE_FIELDS
    help = "A folder of Coq sources below one logical name; generates a `coq_module` for each."


def target_types():
    return [CoqModuleTarget, CoqWholeTheoryTarget, CoqTheoryTarget]
