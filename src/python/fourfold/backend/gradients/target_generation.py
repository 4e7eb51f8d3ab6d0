"""One target per file, without owning the files: they belong to `python_sources` or `netspecs`."""

from __future__ import annotations

import os
from pathlib import PurePath

from pants.core.util_rules.stripped_source_files import StrippedFileNameRequest
from pants.engine.fs import GlobExpansionConjunction, GlobMatchErrorBehavior, PathGlobs
from pants.engine.target import GeneratedTargets, GenerateTargetsRequest, InvalidFieldException
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.backend.gradients.target_types import (
    FdChecksTargetGenerator,
    FdCheckTarget,
    FdFilesField,
    FdModuleField,
    OracleNetField,
    OracleNetsField,
    VjpOraclesTargetGenerator,
    VjpOracleTarget,
)
from fourfold.engine import collect_rules, concurrently, path_globs_to_paths, rule, strip_file_name


class GenerateFdChecks(GenerateTargetsRequest):
    generate_from = FdChecksTargetGenerator


class GenerateVjpOracles(GenerateTargetsRequest):
    generate_from = VjpOraclesTargetGenerator


@rule
async def generate_fd_checks(
    request: GenerateFdChecks, union_membership: UnionMembership
) -> GeneratedTargets:
    paths = await path_globs_to_paths(_globs(request, request.generator[FdFilesField]))
    stripped = await concurrently(
        strip_file_name(StrippedFileNameRequest(path)) for path in paths.files
    )
    modules = {
        path: ".".join(PurePath(name.value).with_suffix("").parts)
        for path, name in zip(paths.files, stripped)
    }
    return _generate(request, FdCheckTarget, FdModuleField.alias, modules, union_membership)


@rule
async def generate_vjp_oracles(
    request: GenerateVjpOracles, union_membership: UnionMembership
) -> GeneratedTargets:
    paths = await path_globs_to_paths(_globs(request, request.generator[OracleNetsField]))
    nets = {path: path for path in paths.files}
    return _generate(request, VjpOracleTarget, OracleNetField.alias, nets, union_membership)


def _globs(request, field) -> PathGlobs:
    folder = request.generator.address.spec_path
    return PathGlobs(
        (
            f"!{os.path.join(folder, glob[1:])}" if glob[0] == "!" else os.path.join(folder, glob)
            for glob in field.value
        ),
        glob_match_error_behavior=GlobMatchErrorBehavior.error,
        conjunction=GlobExpansionConjunction.all_match,
        description_of_origin=f"the field `{field.alias}` of {request.generator.address}",
    )


def _generate(request, target_type, field, values, union_membership) -> GeneratedTargets:
    """`values` is the value of `field`, by the file that each target stands for."""
    overrides = request.require_unparametrized_overrides()
    targets = []
    for path, value in sorted(values.items()):
        name = PurePath(path).stem
        targets.append(
            target_type(
                {**request.template, field: value, **overrides.pop(name, {})},
                request.template_address.create_generated(name),
                union_membership,
            )
        )
    if overrides:
        raise InvalidFieldException(
            f"The field `overrides` of {request.generator.address} is for "
            f"{', '.join(sorted(overrides))}, but the generated targets are "
            f"{', '.join(t.address.generated_name for t in targets)}."
        )
    return GeneratedTargets(request.generator, targets)


def rules():
    return [
        *collect_rules(),
        UnionRule(GenerateTargetsRequest, GenerateFdChecks),
        UnionRule(GenerateTargetsRequest, GenerateVjpOracles),
    ]
