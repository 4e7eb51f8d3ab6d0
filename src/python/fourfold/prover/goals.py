"""The goals `check`, `test`, `package` and `tailor`, and target generation: once for all provers.

A prover gives a `ProverGoals`, and `goal_rules` makes its rules. Pants finds a rule by the types of
its arguments, so each prover has requests of its own; what the rules do is here alone.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Type

from pants.core.goals.check import CheckRequest, CheckResults
from pants.core.goals.package import BuiltPackage, BuiltPackageArtifact, PackageFieldSet
from pants.core.goals.tailor import (
    AllOwnedSources,
    PutativeTargets,
    PutativeTargetsRequest,
)
from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.engine.fs import (
    EMPTY_DIGEST,
    AddPrefix,
    CreateDigest,
    Digest,
    FileContent,
    MergeDigests,
)
from pants.engine.target import (
    Field,
    FieldSet,
    GeneratedTargets,
    GenerateTargetsRequest,
    Target,
)
from pants.engine.unions import UnionMembership, UnionRule
from pants.option.global_options import GlobalOptions
from pants.util.logging import LogLevel
from pants.util.memo import memoized

from fourfold.core.tailoring import Unfit
from fourfold.engine import (
    EnvironmentField,
    EnvironmentName,
    _uncacheable_rule,
    add_prefix,
    collect_rules,
    create_digest,
    get_digest_contents,
    implicitly,
    merge_digests,
    rule,
)
from fourfold.prover.compile import CompileRequest, compile_proof
from fourfold.prover.goal_results import (
    check_results,
    compiled_or_broken,
    exit_code_here,
    recorded_test,
)
from fourfold.prover.inference import LibraryRootsRequest, library_roots
from fourfold.prover.library_targets import LibraryGenerator, generated_library
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.spec import Prover, prover_rules
from fourfold.prover.subsystem import ProverSubsystem, options_rules
from fourfold.prover.tailor import (
    FoundLibrary,
    declared_roots,
    planned_libraries,
    putative_libraries,
    texts_of,
    unowned_sources,
)
from fourfold.prover.target_types import SkipProverField, ToolchainField
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import JudgeTargetRequest, judge_target

logger = logging.getLogger(__name__)


def _no_fields(found: FoundLibrary) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class ProverGoals:
    """What the goals must know of a prover, beside what it is.

    A compiled module is packaged with the rest of its toolchain's, where `packaged` says which
    file stands for it ("" for the folder).
    """

    prover: Type[Prover]
    packaged: Callable[[str], str]
    # For `tailor`: the type of target, the files that it may own, those of which the text is the
    # prover's by `belongs`, the project files of other build tools that say where libraries lie,
    # and the fields that a target cannot do without.
    tailored: Type[Target]
    globs: tuple[str, ...]
    unfit: Unfit = lambda folder, file: None
    belongs: Callable[[str], bool] = lambda text: True
    projects: tuple[str, ...] = ()
    # Where a module's source lies in a package, beside what was compiled of it; its compile's
    # output then has the digest `source`.
    packaged_source: Callable[[str], str] | None = None
    fields: Callable[[FoundLibrary], Mapping[str, Any]] = _no_fields

    @property
    def scope(self) -> str:
        return self.prover.name

    def toolchain_of(self, field: ToolchainField, prover: ProverSubsystem) -> str:
        return field.value or prover.default_toolchain


@dataclass(frozen=True)
class ProofCheckFieldSet(FieldSet):
    toolchain: ToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


@dataclass(frozen=True)
class ProofTestFieldSet(TestFieldSet):
    toolchain: ToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


@dataclass(frozen=True)
class ProofPackageFieldSet(PackageFieldSet):
    toolchain: ToolchainField
    environment: EnvironmentField


@dataclass(frozen=True)
class GoalFieldSets:
    """Of one prover; each is a type of its own."""

    check: Type[ProofCheckFieldSet]
    test: Type[ProofTestFieldSet]
    package: Type[ProofPackageFieldSet]


@memoized
def field_sets(goals: ProverGoals) -> GoalFieldSets:
    def named(base: type, field: Type[Field]) -> Any:
        name = base.__name__.replace("Proof", goals.prover.__name__)
        return type(name, (base,), {"required_fields": (field,)})

    return GoalFieldSets(
        named(ProofCheckFieldSet, goals.prover.source),
        named(ProofTestFieldSet, goals.prover.toolchain),
        named(ProofPackageFieldSet, goals.prover.source),
    )


class CannotPackage(Exception):
    pass


def package_folder(scope: str, toolchain: str) -> str:
    """One for each toolchain, which may be a path, or a name with signs that no path may have."""
    return f"{scope}/" + toolchain.strip("/").replace("/", "--").replace(":", "---")


@memoized
def _check_rules(goals: ProverGoals) -> Iterable[Any]:
    request_type = type(
        f"{goals.scope}CheckRequest",
        (CheckRequest,),
        {"field_set_type": field_sets(goals).check, "tool_name": goals.scope},
    )

    @rule(
        desc=f"Compile with {goals.prover.subsystem.name}",
        canonical_name_suffix=goals.scope,
        _param_type_overrides={"request": request_type, "prover": goals.prover.subsystem},
        level=LogLevel.DEBUG,
    )
    async def check_proofs(
        request: CheckRequest,
        prover: ProverSubsystem,
        graph: ProofGraph,
        fourfold: FourfoldSubsystem,
        environment: EnvironmentName,
    ) -> CheckResults:
        if prover.skip:
            return CheckResults([], checker_name=goals.scope)
        sets = request.field_sets
        compiled = await compiled_or_broken(
            [fs.address for fs in sets], goals.prover.compile, graph, environment
        )
        toolchains = {fs.address: goals.toolchain_of(fs.toolchain, prover) for fs in sets}
        return check_results(compiled, toolchains, fourfold, goals.scope)

    return [*collect_rules(locals()), UnionRule(CheckRequest, request_type)]


@memoized
def _test_rules(goals: ProverGoals) -> Iterable[Any]:
    request_type: Any = type(
        f"{goals.scope}TestRequest",
        (TestRequest,),
        {"tool_subsystem": goals.prover.subsystem, "field_set_type": field_sets(goals).test},
    )

    # Uncacheable, because it writes the report: see verdict_log.py.
    @_uncacheable_rule(
        desc=f"Test {goals.prover.subsystem.name} proofs",
        canonical_name_suffix=goals.scope,
        _param_type_overrides={"batch": request_type.Batch},
        level=LogLevel.DEBUG,
    )
    async def test_proofs(
        batch: TestRequest.Batch,
        test: TestSubsystem,
        fourfold: FourfoldSubsystem,
        dist: DistDir,
    ) -> TestResult:
        address = batch.single_element.address
        judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
        return await recorded_test(judgement, address, test.output, dist, fourfold)

    return [*collect_rules(locals()), *request_type.rules()]


async def _source_at(path: str, source: Digest) -> Digest:
    (file,) = await get_digest_contents(source)
    return await create_digest(CreateDigest([FileContent(path, file.content)]))


@memoized
def _package_rules(goals: ProverGoals) -> Iterable[Any]:
    field_set_type = field_sets(goals).package

    @rule(
        desc=f"Package what {goals.prover.subsystem.name} compiled",
        canonical_name_suffix=goals.scope,
        _param_type_overrides={"field_set": field_set_type, "prover": goals.prover.subsystem},
        level=LogLevel.DEBUG,
    )
    async def package_proof(
        field_set: ProofPackageFieldSet,
        prover: ProverSubsystem,
        graph: ProofGraph,
        fourfold: FourfoldSubsystem,
        environment: EnvironmentName,
    ) -> BuiltPackage:
        request = goals.prover.compile(graph.by_address[field_set.address])
        compiled = await compile_proof(
            **implicitly({request: CompileRequest, environment: EnvironmentName})
        )
        toolchain = goals.toolchain_of(field_set.toolchain, prover)
        if compiled.output is None:
            said = f"{field_set.address} cannot be packaged: it is {compiled.verdict.value}. "
            said += compiled.message
            if exit_code_here(compiled.verdict, toolchain, fourfold):
                raise CannotPackage(said)
            logger.warning(said)
            return BuiltPackage(EMPTY_DIGEST, ())
        folder = package_folder(goals.scope, toolchain)
        parts = [compiled.output.own]
        if goals.packaged_source is not None:
            at = goals.packaged_source(compiled.module)
            parts.append(await _source_at(at, compiled.output.source))
        merged = await merge_digests(MergeDigests(parts))
        digest = await add_prefix(AddPrefix(merged, folder))
        artifact = f"{folder}/{goals.packaged(compiled.module)}".rstrip("/")
        return BuiltPackage(digest, (BuiltPackageArtifact(artifact),))

    return [*collect_rules(locals()), UnionRule(PackageFieldSet, field_set_type)]


@memoized
def _tailor_rules(goals: ProverGoals) -> Iterable[Any]:
    request_type = type(f"Putative{goals.scope}TargetsRequest", (PutativeTargetsRequest,), {})

    @rule(
        desc=f"Find {goals.prover.subsystem.name} sources without a target",
        canonical_name_suffix=goals.scope,
        _param_type_overrides={"request": request_type, "prover": goals.prover.subsystem},
        level=LogLevel.DEBUG,
    )
    async def find_putative_targets(
        request: PutativeTargetsRequest,
        owned: AllOwnedSources,
        options: GlobalOptions,
        prover: ProverSubsystem,
    ) -> PutativeTargets:
        found = await unowned_sources(request, owned, options, *goals.globs)
        if not found:
            return PutativeTargets()
        texts = await texts_of(found)
        own = {path: text for path, text in texts.items() if goals.belongs(text)}
        roots = await declared_roots(goals.projects)
        libraries = await library_roots(
            LibraryRootsRequest(prover.default_toolchain), **implicitly()
        )
        others = frozenset(texts) - frozenset(own)
        plans = planned_libraries(own, goals.unfit, roots)
        fields = [
            (plan, goals.fields(FoundLibrary(plan, others, own, libraries.libraries)))
            for plan in plans
        ]
        return putative_libraries(goals.tailored, fields)

    return [*collect_rules(locals()), UnionRule(PutativeTargetsRequest, request_type)]


@memoized
def _generation_rules(goals: ProverGoals) -> Iterable[Any]:
    if not issubclass(goals.tailored, LibraryGenerator):
        return ()
    request_type = type(
        f"Generate{goals.scope}Library",
        (GenerateTargetsRequest,),
        {"generate_from": goals.tailored},
    )

    @rule(
        canonical_name_suffix=goals.scope,
        _param_type_overrides={"request": request_type},
    )
    async def generate_library(
        request: GenerateTargetsRequest, union_membership: UnionMembership
    ) -> GeneratedTargets:
        return await generated_library(request, union_membership)

    return [*collect_rules(locals()), UnionRule(GenerateTargetsRequest, request_type)]


def goal_rules(goals: ProverGoals) -> Iterable[Any]:
    return [
        *prover_rules(goals.prover),
        *options_rules(goals.prover.subsystem),
        *_check_rules(goals),
        *_test_rules(goals),
        *_package_rules(goals),
        *_tailor_rules(goals),
        *_generation_rules(goals),
    ]
