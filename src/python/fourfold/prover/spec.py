"""What a prover is, for the rules that all share: facts and functions that need no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Collection, Iterable, Mapping, Protocol, Type

from pants.engine.target import Field, SourcesField, Target
from pants.engine.unions import UnionMembership, UnionRule, union

from fourfold.prover.compile import CompileRequest
from fourfold.prover.subsystem import ProverSubsystem
from fourfold.prover.target_types import ProofSourceField, ToolchainField
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest


class Import(Protocol):
    """One import of a source: `written` is how the source says it, `name` what it names."""

    @property
    def name(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def written(self) -> str: ...


@dataclass(frozen=True)
class Scanned:
    """What a source's text says: its imports, and `more` for the prover itself."""

    imports: tuple[Any, ...]
    more: Any = None


@union
class Prover:
    """Each prover is a member, a class without instances.

    `source` is the field of what it compiles, by `compile`; `toolchain` is a field that all have
    which it can judge, libraries too.
    """

    name: ClassVar[str]  # as citations begin
    source: ClassVar[Type[SourcesField]]
    toolchain: ClassVar[Type[ToolchainField]]
    subsystem: ClassVar[Type[ProverSubsystem]]
    compile: ClassVar[Type[CompileRequest]]
    set_up: ClassVar[Type[SetUpRequest]]


@union
class SourceProver(Prover):
    """A prover that compiles one source at a time."""

    source: ClassVar[Type[ProofSourceField]]
    # The first parts of names that no target ever provided: what is below them is not gone.
    toolchain_roots: ClassVar[frozenset[str]]
    # Those that are the toolchain's own, whatever targets have modules below them.
    standard_roots: ClassVar[frozenset[str]] = frozenset()
    # Of an import below one of these, a target's module is meant in its own library alone.
    reserved_roots: ClassVar[frozenset[str]] = frozenset()
    # Locks, beside the toolchain's, that its processes need.
    locks: ClassVar[tuple[str, ...]] = ()

    @staticmethod
    def module_of(target: Target) -> str:
        raise NotImplementedError()

    @staticmethod
    def scan(text: str, path: str) -> Scanned:
        raise NotImplementedError()

    @staticmethod
    def refused(target: Target) -> str | None:
        """Why a module is not compiled at all, for its name or its flags."""
        raise NotImplementedError()

    @staticmethod
    def taken(target: Target, toolchain: ProverToolchain) -> str | None:
        """Why a module may not have its name: it could pass for one of the toolchain's.

        A toolchain that is not there may have names all the same, and no layout.
        """
        raise NotImplementedError()

    @staticmethod
    def provides(imported: Any, toolchain: ProverToolchain) -> bool:
        """Whether one of the toolchain's own modules is what is imported."""
        return imported.name in toolchain.layout.modules

    @staticmethod
    def missing(
        imported: Any, importer: str, toolchain: ProverToolchain, owners: Mapping[str, Any]
    ) -> str | None:
        """What to say of an import that nothing provides; `owners` are all modules of targets."""
        raise NotImplementedError()

    @staticmethod
    def library_for(imported: Any, toolchain: ProverToolchain) -> str | None:
        """What to set to have the toolchain's library that an import may be of, if there is one."""
        return None

    @staticmethod
    def hint(target: Target, scanned: Scanned) -> str | None:
        """What else to say of a source that the prover has rejected."""
        return None

    @staticmethod
    def similar(imported: Any, names: Iterable[str]) -> tuple[str, ...]:
        """Names that somebody who wrote the import may have meant, the closest first."""
        raise NotImplementedError()

    @staticmethod
    def matching(imported: Any, importer: str, names: Collection[str]) -> tuple[str, ...]:
        """The modules among `names` that the import can mean in the module `importer`."""
        return (imported.name,) if imported.name in names else ()

    @staticmethod
    def first_part(imported: Any) -> str:
        return str(imported.name).split(".", 1)[0]

    @staticmethod
    def may_fail(imported: Any) -> bool:
        """Whether the source says itself that the import is to fail."""
        return False


def prover_of(field: Field, union_membership: UnionMembership) -> Type[SourceProver]:
    """The prover of a source; its backend is active, for it has brought the field."""
    return next(p for p in union_membership.get(SourceProver) if isinstance(field, p.source))


def prover_for(target: Target, union_membership: UnionMembership) -> Type[Prover]:
    """The prover that can judge a target; its backend is active, for it has brought the target."""
    return next(p for p in union_membership.get(Prover) if target.has_field(p.toolchain))


def prover_rules(prover: Type[Prover]) -> list[UnionRule]:
    of_sources = [UnionRule(SourceProver, prover)] if issubclass(prover, SourceProver) else []
    return [UnionRule(Prover, prover), *of_sources]
