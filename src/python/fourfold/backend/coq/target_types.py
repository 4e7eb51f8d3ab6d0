from __future__ import annotations

from pants.engine.target import StringSequenceField
from pants.util.strutil import softwrap

from fourfold.backend.coq.flags import PERMITTED
from fourfold.backend.coq.names import is_logical_name
from fourfold.prover.library_targets import LibraryModulesField, library_targets
from fourfold.prover.target_types import (
    FlagsField,
    ModuleNameField,
    PermitsField,
    ProofSourceField,
    ToolchainField,
)
from fourfold.second_witness.scripts.witness_rules import RULES


class CoqSourceField(ProofSourceField):
    expected_file_extensions = (".v",)


class CoqToolchainField(ToolchainField):
    help = ToolchainField.help + " The default is the option `[coq].default_toolchain`."


class CoqLogicalNameField(ModuleNameField):
    alias = "logical_name"
    names = "a Coq logical name"
    is_name = staticmethod(is_logical_name)
    help = softwrap(
        """
        The logical name of the folder of the BUILD file, as after `-R . NAME`: the file `a/b.v`
        below it is the module `NAME.a.b`. The default is the name of the folder; with `""`, it is
        the module `a.b`.
        """
    )


class CoqFlagsField(FlagsField):
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


COQ = library_targets(
    "Coq",
    "theory",
    CoqSourceField,
    CoqToolchainField,
    (CoqLogicalNameField, CoqFlagsField, CoqStatementImportsField, CoqPermitsField),
    patterns=("**/*.v",),
    example="['*.v', '!Draft.v']",
    modules=LibraryModulesField,
    help_of_module="One Coq source file: compiled, audited and checked again by a second kernel.",
    help_of_library="A folder of Coq sources below one logical name; generates a `coq_module` for "
    "each.",
)
target_types = COQ.all
