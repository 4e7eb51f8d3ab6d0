"""A target's `environment` has an effect only through the field sets of the goals."""

from __future__ import annotations

import dataclasses
from typing import Type

import pytest
from pants.engine.target import FieldSet, Target

from fourfold.backend.agda import goals as agda_goals
from fourfold.backend.agda import register as agda
from fourfold.backend.coq import goals as coq_goals
from fourfold.backend.coq import register as coq
from fourfold.backend.gradients import register as gradients
from fourfold.backend.gradients.goals import test as gradients_test
from fourfold.backend.isabelle import goals as isabelle_goals
from fourfold.backend.isabelle import register as isabelle
from fourfold.backend.lean import goals as lean_goals
from fourfold.backend.lean import register as lean
from fourfold.backend.parity import theorem_parity
from fourfold.engine import EnvironmentField
from fourfold.prover.goals import field_sets
from fourfold.witness import expected_verdict

FIELD_SETS: tuple[Type[FieldSet], ...] = (
    *(
        field_set
        for module in (agda_goals, coq_goals, isabelle_goals, lean_goals)
        for field_set in vars(field_sets(module.GOALS)).values()
    ),
    gradients_test.FdTestFieldSet,
    gradients_test.OracleTestFieldSet,
    expected_verdict.ExpectedVerdictFieldSet,
    theorem_parity.ParityTestFieldSet,
)
TARGETS: dict[str, Type[Target]] = {
    target.alias: target
    for backend in (agda, coq, gradients, isabelle, lean)
    for target in backend.target_types()
}


@pytest.mark.parametrize("field_set", FIELD_SETS, ids=lambda f: f.__name__)
def test_a_goal_reads_the_environment_of_its_targets(field_set: Type[FieldSet]) -> None:
    assert "EnvironmentField" in {field.type for field in dataclasses.fields(field_set)}
    applicable = [
        target
        for target in TARGETS.values()
        if set(field_set.required_fields) <= set(target.core_fields)
    ]
    assert applicable
    for target in applicable:
        assert EnvironmentField in target.core_fields, target.alias
