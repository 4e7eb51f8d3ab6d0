"""Fields that mean the same for every prover."""

from __future__ import annotations

from pants.core.util_rules.environments import EnvironmentField
from pants.engine.target import (
    BoolField,
    DictStringToStringField,
    IntField,
    MultipleSourcesField,
    OverridesField,
    SingleSourceField,
    StringField,
    StringSequenceField,
)
from pants.util.strutil import softwrap


class ProofSourceField(SingleSourceField):
    """The source of any prover; each has a subclass of its own."""


class ProofSourcesField(MultipleSourcesField):
    """The sources of a target that a prover builds as one, in place of a `ProofSourceField`."""


class ProofOverridesField(OverridesField):
    help = softwrap(
        """
        File name -> fields that differ for it, for example
        `overrides={"slow.v": {"timeout": 3600}}`.
        """
    )


class ToolchainField(StringField):
    alias = "toolchain"
    value: str
    help = softwrap(
        """
        Name of the toolchain, a key of `[toolchains].locks`. Give several with
        `toolchain=parametrize("a", "b")`.
        """
    )


class LibrariesField(StringSequenceField):
    alias = "libraries"
    default = ()
    help = softwrap(
        """
        Libraries of the toolchain that the sources import, by their names in the toolchain's
        definition (`3rdparty/toolchains/<toolchain>.toml`). What is not named is not downloaded.
        """
    )


class AxiomsField(StringSequenceField):
    alias = "axioms"
    default = ()
    help = softwrap(
        """
        Axioms that theorems may rest on: fully qualified names, or globs over them, in addition
        to those permitted for the whole repository by the option of the prover's subsystem.
        """
    )


class IousField(StringSequenceField):
    alias = "ious"
    default = ()
    help = softwrap(
        """
        Obligations that are declared to be open: fully qualified names of lemmas admitted for
        now. A target with open IOUs passes as `iou-only`, and they are counted and listed. An
        IOU that is no longer open, or whose name is gone, fails.
        """
    )


class TheoremsField(StringSequenceField):
    alias = "theorems"
    default = ()
    help = "Fully qualified names of theorems that must exist, closed, at top level."


class StatementsField(DictStringToStringField):
    alias = "statements"
    help = softwrap(
        """
        Fully qualified name of a theorem -> the statement that it must prove. The statement is
        read where no notation or name of the module changes its meaning; the prover's page in
        docs/ says how it names the definitions of the target.
        """
    )


class RecheckField(BoolField):
    alias = "recheck"
    default = True
    help = "Whether `test` checks the compiled terms again with a second kernel process."


class ProofTimeoutField(IntField):
    alias = "timeout"
    default = 900
    value: int
    help = softwrap(
        """
        Seconds that each step (compile, audit, re-check) may take. The time limit is part of the
        cache key: keep it the same on all machines.
        """
    )


class SkipProverField(BoolField):
    alias = "skip_prover"
    default = False
    help = softwrap(
        """
        Do not `check` or `test` this target by itself. Others may still import it, and an
        `expected_verdict` may still name it.
        """
    )


# After the fields of its own, each prover's module has these.
PROOF_FIELDS = (
    LibrariesField,
    AxiomsField,
    IousField,
    TheoremsField,
    StatementsField,
    RecheckField,
    ProofTimeoutField,
    SkipProverField,
    EnvironmentField,
)
