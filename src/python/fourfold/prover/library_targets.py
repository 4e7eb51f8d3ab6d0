"""One target for each source of a library, and one, `#library`, for the library as a whole.

The last has the claims of the library (`theorems`, `statements`, `ious`) and depends on all of
its modules, so that a claim that none of them answers for is somebody's. What is wrong with the
generator's own fields is the error of that target as well: an exception would end the run.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from typing import Any, ClassVar, Iterable, Sequence, Type

from pants.build_graph.address import AddressInput
from pants.engine.addresses import Address
from pants.engine.fs import PathGlobs
from pants.engine.internals.parametrize import Parametrize
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    Dependencies,
    Field,
    FieldSet,
    GeneratedTargets,
    GenerateTargetsRequest,
    InferDependenciesRequest,
    InferredDependencies,
    MultipleSourcesField,
    OverridesField,
    SingleSourceField,
    SourcesPathsRequest,
    StringSequenceField,
    Target,
    TargetGenerator,
    generate_multiple_sources_field_help_message,
)
from pants.engine.unions import UnionMembership, UnionRule
from pants.util.logging import LogLevel

from fourfold.engine import (
    EnvironmentField,
    collect_rules,
    concurrently,
    implicitly,
    path_globs_to_paths,
    resolve_source_paths,
    rule,
)
from fourfold.prover.target_types import (
    PROOF_FIELDS,
    IousField,
    LibrariesField,
    ProofOverridesField,
    ProofSourceField,
    ProofTimeoutField,
    SkipProverField,
    StatementsField,
    TheoremsField,
    ToolchainField,
)

LIBRARY = "library"


class LibraryModulesField(Dependencies):
    """`names_begin_with_module` is false for a prover whose names say nothing of the module."""

    help = "The modules of the library."

    names_begin_with_module: ClassVar[bool] = True


class LoadedTogetherField(LibraryModulesField):
    """Of a library whose modules load_together.py loads."""


class LibraryMembersField(StringSequenceField):
    """What `LibraryModulesField` depends on.

    Pants would take a name with brackets, given there, for a glob that finds no file.
    """

    alias = "modules"
    help = "The addresses of the modules of the library."


@dataclass(frozen=True)
class LibraryMembersFieldSet(FieldSet):
    required_fields = (LibraryModulesField, LibraryMembersField)

    members: LibraryMembersField


class InferLibraryMembers(InferDependenciesRequest):
    infer_from = LibraryMembersFieldSet


@rule(desc="Infer the modules of a library", level=LogLevel.TRACE)
async def infer_library_members(request: InferLibraryMembers) -> InferredDependencies:
    specs = request.field_set.members.value or ()
    return InferredDependencies(
        AddressInput.parse(spec, description_of_origin="a library").file_to_address()
        for spec in specs
    )


class LibraryProblemsField(StringSequenceField):
    alias = "problems"
    default = ()
    help = "What is wrong with the fields of the target that generated this one."


# After the prover's own `LibraryModulesField` and its fields of the toolchain.
LIBRARY_FIELDS = (
    *COMMON_TARGET_FIELDS,
    LibraryMembersField,
    LibraryProblemsField,
    LibrariesField,
    IousField,
    TheoremsField,
    StatementsField,
    ProofTimeoutField,
    SkipProverField,
    EnvironmentField,
)


class LibraryGenerator(TargetGenerator):
    """The base of `coq_theory` and its like in other provers."""

    library_target_cls: ClassVar[Type[Target]]

    copied_fields = COMMON_TARGET_FIELDS


@dataclass(frozen=True)
class LibraryTargets:
    """The targets of a prover that compiles one source at a time.

    `module` is that of a source, `library` generates one for each source that matches `sources`,
    and `whole` stands for the library as a whole, where `modules` is.
    """

    module: Type[Target]
    library: Type[LibraryGenerator]
    whole: Type[Target]
    sources: Type[MultipleSourcesField]
    modules: Type[LibraryModulesField]

    def all(self) -> list[Type[Target]]:
        return [self.module, self.whole, self.library]


def library_targets(
    prover: str,
    library: str,
    source: Type[ProofSourceField],
    toolchain: Type[ToolchainField],
    own_fields: Sequence[Type[Field]],
    *,
    patterns: tuple[str, ...],
    example: str,
    modules: Type[LibraryModulesField],
    help_of_module: str,
    help_of_library: str,
) -> LibraryTargets:
    """Such as `agda_module` and `agda_library`, for the prover `Agda` and its `library`.

    `own_fields` are those of each source, beside what all provers have.
    """
    scope, start = prover.lower(), f"{prover}Whole{library.capitalize()}"
    fields = (Dependencies, *own_fields, toolchain, *PROOF_FIELDS)
    aliases = f"{scope}_module", f"{scope}_{library}", f"{scope}_whole_{library}"

    def named(name: str, base: type, **attributes: Any) -> Any:
        # Pants tells by the module which backend provides it.
        return type(name, (base,), {"__module__": source.__module__, **attributes})

    sources = named(
        f"{prover}{library.capitalize()}SourcesField",
        MultipleSourcesField,
        expected_file_extensions=source.expected_file_extensions,
        default=patterns,
        help=generate_multiple_sources_field_help_message(f"Example: `sources={example}`"),
    )
    own_modules = named(f"{start}ModulesField", modules)
    module = named(
        f"{prover}ModuleTarget",
        Target,
        alias=aliases[0],
        core_fields=(*COMMON_TARGET_FIELDS, source, *fields),
        help=help_of_module,
    )
    whole = named(
        f"{start}Target",
        Target,
        alias=aliases[2],
        core_fields=(own_modules, toolchain, *LIBRARY_FIELDS),
        help=f"What a `{aliases[1]}` generates for itself: its claims, judged over all of its "
        "modules.",
    )
    generator = named(
        f"{prover}{library.capitalize()}Target",
        LibraryGenerator,
        alias=aliases[1],
        generated_target_cls=module,
        library_target_cls=whole,
        core_fields=(*COMMON_TARGET_FIELDS, sources, ProofOverridesField),
        moved_fields=fields,
        help=help_of_library,
    )
    return LibraryTargets(module, generator, whole, sources, own_modules)


async def generated_library(
    request: GenerateTargetsRequest, union_membership: UnionMembership
) -> GeneratedTargets:
    """For the generation rule of each prover."""
    generator = request.generator
    problems: list[str] = []
    found: tuple[str, ...] = ()
    try:
        field = generator[MultipleSourcesField]
        found = (await resolve_source_paths(SourcesPathsRequest(field), **implicitly())).files
    except Exception as e:
        problems.append(f"the field `sources` of {generator.address}: {e}")
    globs = _override_globs(generator)
    matched = await concurrently(path_globs_to_paths(PathGlobs([glob])) for glob in globs.values())
    fields, said = _overrides(
        {key: paths.files for key, paths in zip(globs, matched)}, generator, found
    )
    problems += said
    modules = [
        _module(generator, address, path, {**request.template, **own}, union_membership)
        for path in found
        for address, own in Parametrize.expand(request.template_address, fields.get(path, {}))
    ]
    if not found and not problems:
        problems.append(
            f"no file matches the field `sources` of {generator.address}: "
            f"{', '.join(generator[MultipleSourcesField].value or ())}. If they are gone, take "
            f"the target out of {generator.address.spec_path}/BUILD."
        )
    library = _library(request, [m.address for m in modules], problems, union_membership)
    return GeneratedTargets(generator, [*modules, library])


def _module(
    generator: LibraryGenerator,
    address: Address,
    path: str,
    fields: dict[str, Any],
    union_membership: UnionMembership,
) -> Target:
    relative = os.path.relpath(path, address.spec_path) if address.spec_path else path
    return generator.generated_target_cls(
        {**fields, SingleSourceField.alias: glob.escape(relative)},
        address.create_file(relative),
        union_membership=union_membership,
        residence_dir=os.path.dirname(path),
    )


def _library(
    request: GenerateTargetsRequest,
    modules: Iterable[Address],
    problems: Iterable[str],
    union_membership: UnionMembership,
) -> Target:
    cls = request.generator.library_target_cls
    taken = {field.alias for field in cls.core_fields}
    template = {key: value for key, value in request.template.items() if key in taken}
    return cls(
        {
            **template,
            LibraryModulesField.alias: None,  # the generator's own are for its modules
            LibraryMembersField.alias: [address.spec for address in modules],
            LibraryProblemsField.alias: list(problems),
        },
        request.template_address.create_generated(LIBRARY),
        union_membership=union_membership,
    )


def _override_globs(generator: LibraryGenerator) -> dict[str, str]:
    """Each key of `overrides`, and the path or glob that it stands for."""
    keys = generator[OverridesField].flatten()
    return {key: os.path.join(generator.address.spec_path, key) for key in keys}


def _overrides(
    matched: dict[str, tuple[str, ...]], generator: LibraryGenerator, sources: Iterable[str]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Path of a source -> the fields that differ for it; and what is wrong with them."""
    known = set(sources)
    fields: dict[str, dict[str, Any]] = {}
    problems = []
    for key, own in generator[OverridesField].flatten().items():
        literal = os.path.join(generator.address.spec_path, key)
        # A name such as `A[X].agda` is that file, before it is a glob.
        paths = [literal] if literal in known else [p for p in matched[key] if p in known]
        if not paths:
            problems.append(
                f"`overrides` of {generator.address} is for {key!r}, which is none of its sources: "
                "it is gone, renamed or misspelt."
            )
        for path in paths:
            twice = sorted(set(own) & set(fields.get(path, {})))
            if twice:
                problems.append(
                    f"`overrides` of {generator.address} gives {path} the field `{twice[0]}` twice."
                )
            fields.setdefault(path, {}).update(own)
    return fields, problems


def rules():
    return [*collect_rules(), UnionRule(InferDependenciesRequest, InferLibraryMembers)]
