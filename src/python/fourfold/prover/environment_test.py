"""A target's `environment` has an effect only through the field sets of the goals."""

from __future__ import annotations

import dataclasses
from typing import Type

import pytest
from pants.engine.target import FieldSet, Target

from fourfold.backend.agda import register as agda
from fourfold.backend.agda.goals import check as agda_check
from fourfold.backend.agda.goals import package as agda_package
from fourfold.backend.agda.goals import test as agda_test
from fourfold.backend.coq import register as coq
from fourfold.backend.coq.goals import check as coq_check
from fourfold.backend.coq.goals import package as coq_package
from fourfold.backend.coq.goals import test as coq_test
from fourfold.backend.gradients import register as gradients
from fourfold.backend.gradients.goals import test as gradients_test
from fourfold.backend.isabelle import register as isabelle
from fourfold.backend.isabelle.goals import check as isabelle_check
from fourfold.backend.isabelle.goals import test as isabelle_test
from fourfold.backend.lean import register as lean
from fourfold.backend.lean.goals import check as lean_check
from fourfold.backend.lean.goals import package as lean_package
from fourfold.backend.lean.goals import test as lean_test
from fourfold.backend.parity import theorem_parity
from fourfold.engine import EnvironmentField
from fourfold.witness import expected_verdict

FIELD_SETS: tuple[Type[FieldSet], ...] = (
    agda_check.AgdaCheckFieldSet,
    agda_package.AgdaPackageFieldSet,
    agda_test.AgdaTestFieldSet,
    coq_check.CoqCheckFieldSet,
    coq_package.CoqPackageFieldSet,
    coq_test.CoqTestFieldSet,
    gradients_test.FdTestFieldSet,
    gradients_test.OracleTestFieldSet,
    isabelle_check.IsabelleCheckFieldSet,
    isabelle_test.IsabelleTestFieldSet,
    lean_check.LeanCheckFieldSet,
    lean_package.LeanPackageFieldSet,
    lean_test.LeanTestFieldSet,
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
