"""The import graph of all proof sources, of every prover, resolved once for the repository."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import DefaultDict, Iterable, Mapping, Sequence

from pants.build_graph.address import Address
from pants.engine.target import (
    AllTargets,
    CoarsenedTarget,
    CoarsenedTargets,
    CoarsenedTargetsRequest,
    Dependencies,
    DependenciesRequest,
    ExplicitlyProvidedDependencies,
    Target,
    Targets,
)
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel
from pants.util.memo import memoized_property

from fourfold.engine import (
    collect_rules,
    concurrently,
    implicitly,
    resolve_coarsened_targets,
    resolve_targets,
    rule,
)
from fourfold.prover.target_types import ProofSourceField, ProofSourcesField
from fourfold.toolchains.lock_targets import lock_address
from fourfold.toolchains.subsystem import ToolchainsSubsystem

_AT_ONCE = 50


def is_proof(target: Target) -> bool:
    return target.has_field(ProofSourceField) or target.has_field(ProofSourcesField)


class AllProofTargets(Targets):
    pass


@rule(desc="Find all proof sources", level=LogLevel.DEBUG)
def find_all_proof_targets(targets: AllTargets) -> AllProofTargets:
    return AllProofTargets(t for t in targets if is_proof(t))


@dataclass(frozen=True)
class ProofGraph:
    """Asking per target would cost the square of the number of files."""

    roots: CoarsenedTargets

    @memoized_property
    def by_address(self) -> dict[Address, CoarsenedTarget]:
        return {t.address: ct for ct in self.roots.coarsened_closure() for t in ct.members}


@rule(desc="Resolve the import graph of proofs", level=LogLevel.DEBUG)
async def proof_graph(targets: AllProofTargets) -> ProofGraph:
    # Each import list that Pants works on takes 0.4 MB of memory meanwhile, and the daemon keeps
    # it. Each process then takes longer to start, since the daemon's memory is mapped anew for
    # it. So what is asked for all at once below is asked for in parts before.
    for start in range(0, len(targets), _AT_ONCE):
        await concurrently(
            resolve_targets(**implicitly(DependenciesRequest(target.get(Dependencies))))
            for target in targets[start : start + _AT_ONCE]
        )
    return ProofGraph(
        await resolve_coarsened_targets(
            CoarsenedTargetsRequest([t.address for t in targets], expanded_targets=True),
            **implicitly(),
        )
    )


def proof_sources(component: CoarsenedTarget) -> list[Target]:
    """Sources of a component, sorted; several ones import each other in a cycle."""
    return sorted((t for t in component.members if is_proof(t)), key=lambda t: t.address)


@dataclass(frozen=True)
class ModuleMap:
    """Toolchain -> full name of a module -> the targets that provide it."""

    by_toolchain: FrozenDict[str, FrozenDict[str, tuple[Address, ...]]]

    def owners(self, toolchain: str) -> FrozenDict[str, tuple[Address, ...]]:
        return self.by_toolchain.get(toolchain, FrozenDict())

    @memoized_property
    def _roots(self) -> dict[str, frozenset[str]]:
        return {
            toolchain: frozenset(name.split(".", 1)[0] for name in names)
            for toolchain, names in self.by_toolchain.items()
        }

    @memoized_property
    def _by_last_part(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for toolchain, names in self.by_toolchain.items():
            ends = found.setdefault(toolchain, defaultdict(list))
            for name in names:
                ends[name.rsplit(".", 1)[-1]].append(name)
        return found

    def roots(self, toolchain: str) -> frozenset[str]:
        """The first parts of the modules' names."""
        return self._roots.get(toolchain, frozenset())

    def ending_like(self, name: str, toolchain: str) -> Sequence[str]:
        """The modules whose names have the last part of `name`.

        To look through all modules for each import would cost the square of their number.
        """
        return self._by_last_part.get(toolchain, {}).get(name.rsplit(".", 1)[-1], ())

    def preferring(self, toolchain: str) -> FrozenDict[str, tuple[Address, ...]]:
        """Over all toolchains; a module for several ones is as `toolchain` provides it."""
        owners: dict[str, tuple[Address, ...]] = {}
        for name in sorted(self.by_toolchain, key=lambda name: name == toolchain):
            owners.update(self.by_toolchain[name])
        return FrozenDict(owners)


def by_toolchain(
    provided: Iterable[tuple[str, str, Address]],
) -> FrozenDict[str, FrozenDict[str, tuple[Address, ...]]]:
    """The content of a `ModuleMap`, from (toolchain, module, address) of each source."""
    found: DefaultDict[str, DefaultDict[str, list[Address]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for toolchain, module, address in provided:
        found[toolchain][module].append(address)
    return FrozenDict(
        (toolchain, FrozenDict((name, tuple(sorted(a))) for name, a in sorted(names.items())))
        for toolchain, names in sorted(found.items())
    )


def of_own_library(found: Sequence[Address], importer: Address) -> tuple[Address, ...]:
    """Of the targets that an import can mean, those of the importer's own library, if any.

    That is the target that generated it; without one there, those whose BUILD file is the same.
    """
    library = importer.maybe_convert_to_target_generator()
    own = [a for a in found if a.maybe_convert_to_target_generator() == library]
    # What is parametrized is several libraries of one name.
    own = [a for a in own if a.parameters == importer.parameters] or own
    beside = [a for a in found if a.spec_path == importer.spec_path]
    return tuple(own or beside or found)


def choose_owner(
    candidates: tuple[Address, ...],
    importer: Address,
    explicit: ExplicitlyProvidedDependencies,
    context: str,
) -> Address | None:
    """The one target that an import means; ambiguity is warned of, unless the BUILD file decides.

    A file that imports itself gets the prover's own message, which is clear.
    """
    explicit.maybe_warn_of_ambiguous_dependency_inference(
        candidates, importer, import_reference="module", context=context
    )
    chosen = explicit.disambiguated(candidates)
    return None if chosen == importer else chosen


def lock_of(toolchain: str, toolchains: ToolchainsSubsystem, *more: str) -> set[Address]:
    """The locks that every source depends on: its toolchain's, the sandbox's, and `more`."""
    used = (toolchain, "sandbox", *more)
    return {lock_address(name, toolchains) for name in used if name in toolchains.locks}


def did_you_mean(near: Iterable[str], owners: Mapping[str, tuple[Address, ...]]) -> str:
    """The end of a warning: the targets of the modules whose names are near."""
    targets = [str(address) for name in near for address in owners[name]]
    return f" Did you mean one of {', '.join(targets)}?" if targets else ""


def rules():
    return collect_rules()
