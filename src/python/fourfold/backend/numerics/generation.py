"""Targets of a generator whose mistakes are the errors of targets, never the end of the run."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Type

from pants.engine.target import GeneratedTargets, GenerateTargetsRequest, Target
from pants.engine.unions import UnionMembership

from fourfold.prover.target_types import GeneratorProblemsField

# The generated target that answers for the generator's own fields, where they are wrong.
PROBLEMS = "problems"


def generated(
    request: GenerateTargetsRequest,
    target_type: Type[Target],
    fields: Mapping[str, Mapping[str, Any]],
    problems: Iterable[str],
    union_membership: UnionMembership,
) -> GeneratedTargets:
    """One target for each entry of `fields`, by the name that it gets."""
    generator = request.generator
    overrides, said = _overrides(request)
    problems = [*problems, *said]
    spare = sorted(name for name in overrides if name not in fields)
    if spare:
        problems.append(
            f"The field `overrides` of {generator.address} is for {', '.join(spare)}, but the "
            f"generated targets are {', '.join(fields) or '(none)'}."
        )
    made = []
    for name, own in {**fields, **({PROBLEMS: {}} if problems else {})}.items():
        address = request.template_address.create_generated(name)
        more = {GeneratorProblemsField.alias: problems} if name not in fields else {}
        try:
            values = {**request.template, **own, **overrides.get(name, {}), **more}
            made.append(target_type(values, address, union_membership))
        except Exception as error:  # a field of `overrides` that no such target has, for one
            more = {GeneratorProblemsField.alias: [str(error)]}
            made.append(target_type({**own, **more}, address, union_membership))
    return GeneratedTargets(generator, made)


def _overrides(request: GenerateTargetsRequest) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Those of each target by name, and what is wrong with them."""
    try:
        return request.require_unparametrized_overrides(), []
    except Exception as error:
        return {}, [str(error)]
