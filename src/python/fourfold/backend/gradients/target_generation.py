"""One target per file, without owning the files: they belong to `python_sources` or `netspecs`."""

from __future__ import annotations

import os
from pathlib import PurePath

from pants.core.util_rules.stripped_source_files import StrippedFileNameRequest
from pants.engine.fs import PathGlobs
from pants.engine.target import (
    GeneratedTargets,
    GenerateTargetsRequest,
    StringSequenceField,
    TargetGenerator,
)
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
from fourfold.backend.numerics.generation import generated
from fourfold.engine import collect_rules, concurrently, path_globs_to_paths, rule, strip_file_name
from fourfold.prover.target_types import invalid_fields


class GenerateFdChecks(GenerateTargetsRequest):
    generate_from = FdChecksTargetGenerator


class GenerateVjpOracles(GenerateTargetsRequest):
    generate_from = VjpOraclesTargetGenerator


async def _files(
    request: GenerateTargetsRequest, field: StringSequenceField
) -> tuple[tuple[str, ...], list[str]]:
    """The files that the globs of `field` match, and what is wrong with it."""
    generator = request.generator
    problems = [error for error in (invalid_fields(generator),) if error]
    globs = _globs(generator, field)
    matched = await concurrently(path_globs_to_paths(PathGlobs([glob])) for glob in globs)
    problems += [
        f"The field `{field.alias}` of {generator.address} matches no file with {glob!r}."
        for glob, paths in zip(field.value or (), matched)
        if not paths.files and not glob.startswith("!")
    ]
    found = await path_globs_to_paths(PathGlobs(globs))
    return found.files, problems


def _globs(generator: TargetGenerator, field: StringSequenceField) -> list[str]:
    folder = generator.address.spec_path
    return [
        f"!{os.path.join(folder, glob[1:])}" if glob[:1] == "!" else os.path.join(folder, glob)
        for glob in field.value or ()
    ]


@rule
async def generate_fd_checks(
    request: GenerateFdChecks, union_membership: UnionMembership
) -> GeneratedTargets:
    files, problems = await _files(request, request.generator[FdFilesField])
    stripped = await concurrently(strip_file_name(StrippedFileNameRequest(path)) for path in files)
    modules = {
        PurePath(path).stem: {
            FdModuleField.alias: ".".join(PurePath(name.value).with_suffix("").parts)
        }
        for path, name in zip(files, stripped)
    }
    return generated(request, FdCheckTarget, modules, problems, union_membership)


@rule
async def generate_vjp_oracles(
    request: GenerateVjpOracles, union_membership: UnionMembership
) -> GeneratedTargets:
    files, problems = await _files(request, request.generator[OracleNetsField])
    nets = {PurePath(path).stem: {OracleNetField.alias: path} for path in files}
    return generated(request, VjpOracleTarget, nets, problems, union_membership)


def rules():
    return [
        *collect_rules(),
        UnionRule(GenerateTargetsRequest, GenerateFdChecks),
        UnionRule(GenerateTargetsRequest, GenerateVjpOracles),
    ]
