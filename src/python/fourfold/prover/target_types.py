"""Fields that mean the same for every prover."""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar, Iterable, Mapping, Optional, Tuple

from pants.build_graph.address import Address
from pants.engine.target import (
    BoolField,
    DictStringToStringField,
    Field,
    IntField,
    InvalidFieldException,
    MultipleSourcesField,
    OverridesField,
    SingleSourceField,
    StringField,
    StringSequenceField,
    Target,
)
from pants.util.strutil import softwrap

from fourfold.engine import EnvironmentField


class JudgedField(Field):
    """A field whose invalid value is the error of its own target.

    Pants' fields raise, and what raises while targets are made ends the run for all of them.
    Here `error` says what is wrong, and `value` is the default.
    """

    error: str

    def __init__(self, raw_value: Any, address: Address) -> None:  # type: ignore[misc]
        try:
            super().__init__(raw_value, address)
            error = ""
        except Exception as e:  # not only InvalidFieldException: some values cannot be hashed
            error = str(e)
            object.__setattr__(self, "value", getattr(self, "default", None))
        object.__setattr__(self, "error", error)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        return (self.value, self.error) == (other.value, other.error)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self.value, self.error))


class JudgedSourceField(JudgedField, SingleSourceField):
    """Where its value is invalid, its path is "", which is that of no file."""

    @property
    def file_path(self) -> str:
        return "" if self.value is None else super().file_path


class GeneratorProblemsField(JudgedField, StringSequenceField):
    """For targets whose generator has no `#library` that would answer for its fields."""

    alias = "problems"
    default = ()
    help = "What is wrong with the fields of the target that generated this one."

    def __init__(self, raw_value: Any, address: Address) -> None:  # type: ignore[misc]
        super().__init__(raw_value, address)
        object.__setattr__(self, "error", " ".join((*(self.value or ()), self.error)).strip())


def invalid_fields(target: Target) -> str | None:
    """What is wrong with the values in its BUILD file."""
    if target.has_field(GeneratorProblemsField) and target[GeneratorProblemsField].error:
        return target[GeneratorProblemsField].error  # the rest follows from it
    fields = (f for f in target.field_values.values() if isinstance(f, JudgedField))
    return " ".join(f.error for f in fields if f.error) or None


class ProofSourceField(SingleSourceField):
    """The source of any prover; each has a subclass of its own.

    A subclass of that one may have a file of another kind, of which code generation makes the
    source: see generated_sources.md in Fourfold's documentation.
    """

    @property
    def proof_path(self) -> str:
        """The path of the source. It gives the module its name, so it is known before any text.

        The field of a generated target holds it as a glob: `A[[]X].agda` for `A[X].agda`.
        """
        return re.sub(r"\[([*?[])\]", r"\1", self.file_path)


class ProofSourcesField(MultipleSourcesField):
    """The sources of a target that a prover builds as one, in place of a `ProofSourceField`."""


class ProofOverridesField(OverridesField):
    help = softwrap(
        """
        File name -> fields that differ for it, for example
        `overrides={"slow.v": {"timeout": 3600}}`.
        """
    )


class ModuleNameField(JudgedField, StringField):
    """The name that modules below the folder of the BUILD file begin with; it may be "".

    Where a prover has no `default`, it is the folder's own name. `names` says what such a name is,
    for people, and `is_name` tells it from others.
    """

    value: str

    names: ClassVar[str]
    is_name: ClassVar[staticmethod[[str], bool]]

    @classmethod
    def compute_value(cls, raw_value: str | None, address: Address) -> str:
        value = super().compute_value(raw_value, address)
        if value is None:
            value = os.path.basename(address.spec_path)
        if value and not cls.is_name(value):
            raise InvalidFieldException(
                f"The `{cls.alias}` field of {address} must be {cls.names} such as "
                f"`Lib.Part`, but is {value!r}. Set `{cls.alias}` in {address.spec_path}/BUILD."
            )
        return value


class FlagsField(JudgedField, StringSequenceField):
    """What a prover is given for every source; each says which it permits."""

    alias = "flags"
    default = ()


class ToolchainField(JudgedField, StringField):
    alias = "toolchain"
    default = None
    value: str
    help = softwrap(
        """
        Name of the toolchain, a key of `[toolchains].locks`. Give several with
        `toolchain=parametrize("a", "b")`.
        """
    )


class LibrariesField(JudgedField, StringSequenceField):
    alias = "libraries"
    default = ()
    help = softwrap(
        """
        Libraries of the toolchain that the sources import, by their names in the toolchain's
        definition (`<toolchain>.toml`, beside its lock). What is not named is not downloaded.
        """
    )


class AxiomsField(JudgedField, StringSequenceField):
    alias = "axioms"
    default = ()
    help = softwrap(
        """
        Axioms that theorems may rest on: fully qualified names, or globs over them, in addition
        to those permitted for the whole repository by the option of the prover's subsystem.
        """
    )


class IousField(JudgedField, StringSequenceField):
    alias = "ious"
    default = ()
    help = softwrap(
        """
        Obligations that are declared to be open: fully qualified names of lemmas admitted for
        now. A target with open IOUs passes as `iou-only`, and they are counted and listed. An
        IOU that is no longer open, or whose name is gone, fails.
        """
    )


class TheoremsField(JudgedField, StringSequenceField):
    alias = "theorems"
    default = ()
    help = "Fully qualified names of theorems that must exist, closed, at top level."


class StatementsField(JudgedField, DictStringToStringField):
    alias = "statements"
    help = softwrap(
        """
        Fully qualified name of a theorem -> the statement that it must prove. The statement is
        read where no notation or name of the module changes its meaning; the prover's page in
        Fourfold's documentation says how it names the definitions of the target.
        """
    )


class RecheckField(JudgedField, BoolField):
    alias = "recheck"
    default = True
    help = "Whether `test` checks the compiled terms again with a second kernel process."


class PermitsField(JudgedField, StringSequenceField):
    """A prover's own subclass says which rules its independent check has."""

    alias = "permits"
    default = ()
    rules: ClassVar[Mapping[str, str]] = {}
    help = softwrap(
        """
        Rules of the independent check that the sources may break, by name. What is let through so
        is a known hole's ground: this target's verdict and that of all its dependents say so.
        """
    )

    @classmethod
    def compute_value(
        cls, raw_value: Optional[Iterable[str]], address: Address
    ) -> Optional[Tuple[str, ...]]:
        value = super().compute_value(raw_value, address)
        unknown = [name for name in value or () if name not in cls.rules]
        if unknown:
            raise InvalidFieldException(
                f"`{cls.alias}` of {address} names {unknown[0]!r}, which is no rule of the "
                f"independent check. Its rules are {', '.join(cls.rules)}. Correct it in "
                f"{address.spec_path}/BUILD."
            )
        return value


class ProofTimeoutField(JudgedField, IntField):
    alias = "timeout"
    default = 900
    value: int
    help = softwrap(
        """
        Seconds that each step (compile, audit, re-check) may take. The time limit is part of the
        cache key: keep it the same on all machines.
        """
    )


class SkipProverField(JudgedField, BoolField):
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
