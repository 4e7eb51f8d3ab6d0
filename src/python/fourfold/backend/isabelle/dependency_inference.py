from __future__ import annotations

from dataclasses import dataclass

from pants.engine.target import (
    DependenciesRequest,
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
)
from pants.engine.unions import UnionRule
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.sessions import SessionRequest, read_session, toolchain_of
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import (
    IsabelleDependenciesField,
    IsabelleSourcesField,
    IsabelleToolchainField,
)
from fourfold.core.cycles import cycle_through
from fourfold.engine import (
    collect_rules,
    concurrently,
    determine_explicitly_provided_dependencies,
    implicitly,
    rule,
)
from fourfold.prover.deleted_sources import if_gone
from fourfold.prover.source_graph import (
    AllProofTargets,
    ModuleMap,
    by_toolchain,
    choose_owner,
    lock_of,
)
from fourfold.toolchains.subsystem import ToolchainsSubsystem
from fourfold.witness.citations import ProofModules, ProofModulesRequest

# What begins so is no target's, and was none's.
_TOOLCHAIN_ROOTS = frozenset(("Pure", "HOL", "ZF", "FOL", "Main", "Tools"))


@dataclass(frozen=True)
class IsabelleSessionMap(ModuleMap):
    """By name of the session. `needs` are the sessions that each one builds on, by toolchain."""

    needs: FrozenDict[str, FrozenDict[str, tuple[str, ...]]]

    def cycle(self, toolchain: str, session: str) -> tuple[str, ...]:
        return cycle_through(session, self.needs.get(toolchain, FrozenDict()))


@rule(desc="Map Isabelle sessions to targets", level=LogLevel.DEBUG)
async def map_isabelle_sessions(
    targets: AllProofTargets, isabelle: IsabelleSubsystem
) -> IsabelleSessionMap:
    own = [t for t in targets if t.has_field(IsabelleSourcesField)]
    sessions = await concurrently(
        read_session(SessionRequest(t.address), **implicitly()) for t in own
    )
    toolchains = [toolchain_of(t[IsabelleToolchainField], isabelle) for t in own]
    needs: dict[str, dict[str, tuple[str, ...]]] = {}
    for toolchain, session in zip(toolchains, sessions):
        needs.setdefault(toolchain, {})[session.name] = session.needs
    return IsabelleSessionMap(
        by_toolchain(
            (toolchain, session.name, t.address)
            for t, toolchain, session in zip(own, toolchains, sessions)
        ),
        FrozenDict((toolchain, FrozenDict(found)) for toolchain, found in needs.items()),
    )


@dataclass(frozen=True)
class IsabelleInferenceFieldSet(FieldSet):
    required_fields = (IsabelleSourcesField, IsabelleDependenciesField)

    sources: IsabelleSourcesField
    dependencies: IsabelleDependenciesField
    toolchain: IsabelleToolchainField


class InferIsabelleDependencies(InferDependenciesRequest):
    infer_from = IsabelleInferenceFieldSet


@rule(desc="Infer Isabelle dependencies", level=LogLevel.DEBUG)
async def infer_isabelle_dependencies(
    request: InferIsabelleDependencies,
    sessions: IsabelleSessionMap,
    isabelle: IsabelleSubsystem,
    toolchains: ToolchainsSubsystem,
) -> InferredDependencies:
    fs = request.field_set
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(fs.dependencies))
    )
    session = await read_session(SessionRequest(fs.address), **implicitly())
    toolchain = toolchain_of(fs.toolchain, isabelle)
    owners = sessions.owners(toolchain)
    found = lock_of(toolchain, toolchains, "userland")
    for name in session.needs:
        # What no target provides is a session of the toolchain; Isabelle says if it is not. Pants
        # stops at a cycle of targets, so the compile of the sessions on it is what reports it.
        if name not in owners:
            found |= if_gone(name.replace("-", "."), _TOOLCHAIN_ROOTS)
        if name in owners and name not in sessions.cycle(toolchain, session.name):
            chosen = choose_owner(
                owners[name], fs.address, explicit, f"{fs.address}: the session `{name}`"
            )
            if chosen is not None:
                found.add(chosen)
    return InferredDependencies(found)


class IsabelleModulesRequest(ProofModulesRequest):
    prover = "isabelle"


@rule
async def isabelle_modules(
    _: IsabelleModulesRequest, sessions: IsabelleSessionMap, isabelle: IsabelleSubsystem
) -> ProofModules:
    return ProofModules(sessions.preferring(isabelle.default_toolchain))


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferIsabelleDependencies),
        UnionRule(ProofModulesRequest, IsabelleModulesRequest),
    ]
