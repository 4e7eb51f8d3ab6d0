from __future__ import annotations

from pants.backend.python.target_types import (
    InterpreterConstraintsField,
    PythonResolveField,
)
from pants.core.goals.test import TestTimeoutField
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    DictStringToStringField,
    FloatField,
    IntField,
    OverridesField,
    StringField,
    StringSequenceField,
    Target,
    TargetGenerator,
    ValidNumbers,
)
from pants.util.strutil import softwrap

from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.engine import EnvironmentField
from fourfold.prover.target_types import GeneratorProblemsField, JudgedField


class GradientTimeoutField(JudgedField, TestTimeoutField):
    default = 600
    help = softwrap(
        """
        Seconds that the check may take. The time limit is part of the cache key: keep it the same
        on all machines.
        """
    )


class FdModuleField(JudgedField, StringField):
    alias = "module"
    required = True
    value: str
    help = softwrap(
        """
        The Python module whose module-level tuple `CHECKS` declares the checks, for example
        `numerics.gradients.checks.dense`.
        """
    )


class FdChecksField(JudgedField, StringSequenceField):
    alias = "checks"
    default = ()
    help = "Names of the checks to run. By default, all that the module declares."


class FdStepField(JudgedField, FloatField):
    alias = "step"
    valid_numbers = ValidNumbers.positive_only
    help = "Step of the central differences. The default is the runner's."


class FdDrawsField(JudgedField, IntField):
    alias = "draws"
    valid_numbers = ValidNumbers.positive_only
    help = "Random points at which each check is made. The default is the runner's."


class FdExplainField(JudgedField, DictStringToStringField):
    alias = "explain"
    help = softwrap(
        """
        Name of a check -> why its tolerance may be more than 1e-4 of the derivatives that it
        compares. A tolerance at which a claim 45 % off would pass is refused whatever is said.
        """
    )


_PYTHON_FIELDS = (
    NumericsDependenciesField,
    PythonResolveField,
    InterpreterConstraintsField,
    GradientTimeoutField,
    EnvironmentField,
)
_FD_FIELDS = (FdChecksField, FdStepField, FdDrawsField, FdExplainField, *_PYTHON_FIELDS)


class FdCheckTarget(Target):
    alias = "fd_check"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        FdModuleField,
        GeneratorProblemsField,
        *_FD_FIELDS,
    )
    help = softwrap(
        """
        Compares the derivatives that a Python module declares with finite differences, and
        resolves the theorems that it cites in the compiled theories.
        """
    )


class FdFilesField(JudgedField, StringSequenceField):
    alias = "modules"
    default = ("*.py", "!*_test.py", "!__init__.py")
    help = softwrap(
        """
        Globs, relative to the BUILD file, of the modules to generate an `fd_check` for. The files
        stay the property of their `python_sources`.
        """
    )


class GradientOverridesField(JudgedField, OverridesField):
    help = softwrap(
        """
        Name of a generated target (the file's name without its suffix) -> fields that differ
        for it, for example `overrides={"attention": {"timeout": 900}}`.
        """
    )


class FdChecksTargetGenerator(TargetGenerator):
    alias = "fd_checks"
    generated_target_cls = FdCheckTarget
    core_fields = (*COMMON_TARGET_FIELDS, FdFilesField, GradientOverridesField)
    copied_fields = COMMON_TARGET_FIELDS
    moved_fields = _FD_FIELDS
    help = "Generates an `fd_check` for each module of a folder."


class OracleNetField(JudgedField, StringField):
    alias = "net"
    required = True
    value: str
    help = softwrap(
        """
        Path of the NetSpec from the root of the repository, for example
        `traces/nets/oracle/dense.yaml`. A `netspec` target must own it.
        """
    )


class OracleCornersField(JudgedField, StringSequenceField):
    alias = "corners"
    default = ()
    help = softwrap(
        """
        The ways to compute the training step, written `<pipeline>@<compiler>`, that are compared.
        By default, all that the oracle knows.
        """
    )


class OracleAllowMissingField(JudgedField, StringSequenceField):
    alias = "allow_missing"
    default = ()
    help = "Corners that a machine need not have; others that are missing fail."


class OracleOptimizerField(JudgedField, StringField):
    alias = "optimizer"
    help = "The optimizer of the training step. The default is the oracle's."


class OracleRateField(JudgedField, FloatField):
    alias = "lr"
    valid_numbers = ValidNumbers.positive_only
    help = "Learning rate. The default is the oracle's."


class OracleBatchField(JudgedField, IntField):
    alias = "batch"
    valid_numbers = ValidNumbers.positive_only
    help = "Examples in the batch. The default is the oracle's."


class OracleSeedField(JudgedField, IntField):
    alias = "seed"
    valid_numbers = ValidNumbers.positive_and_zero
    help = "Seed of the parameters and the batch. The default is the oracle's."


class OracleStartField(JudgedField, StringField):
    alias = "start"
    help = "How the parameters start, a choice of the oracle's."


class OracleMaxAbsStep2Field(JudgedField, FloatField):
    alias = "max_abs_step2"
    valid_numbers = ValidNumbers.positive_only
    help = softwrap(
        """
        Largest accepted error of the loss after one training step, where the measured noise floor
        does not allow more. The default is the oracle's; a looser bound needs an `explain`.
        """
    )


class OracleMaxUlpField(JudgedField, FloatField):
    alias = "max_ulp"
    valid_numbers = ValidNumbers.positive_only
    help = softwrap(
        """
        Largest accepted error of the first loss and of each gradient, in units in the last place
        (float32) of the tensor's scale, where the measured noise floor does not allow more. The
        default is the oracle's; a looser bound needs an `explain`.
        """
    )


class OracleExplainField(JudgedField, StringField):
    alias = "explain"
    help = "Why a bound is looser than the oracle's default, or why a gradient is zero."


# Each field with a value becomes the flag of the same name.
ORACLE_FLAGS = (
    OracleCornersField,
    OracleAllowMissingField,
    OracleOptimizerField,
    OracleRateField,
    OracleBatchField,
    OracleSeedField,
    OracleStartField,
    OracleMaxAbsStep2Field,
    OracleMaxUlpField,
    OracleExplainField,
)
_ORACLE_FIELDS = (*ORACLE_FLAGS, *_PYTHON_FIELDS)


class VjpOracleTarget(Target):
    alias = "vjp_oracle"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        OracleNetField,
        GeneratorProblemsField,
        *_ORACLE_FIELDS,
    )
    help = softwrap(
        """
        Compares one training step of a net, with hand-derived backward passes, with automatic
        differentiation, and resolves the theorems that the rules of the net cite.
        """
    )


class OracleNetsField(JudgedField, StringSequenceField):
    alias = "nets"
    required = True
    value: tuple[str, ...]
    help = "Globs, relative to the BUILD file, of the NetSpecs to generate a `vjp_oracle` for."


class VjpOraclesTargetGenerator(TargetGenerator):
    alias = "vjp_oracles"
    generated_target_cls = VjpOracleTarget
    core_fields = (*COMMON_TARGET_FIELDS, OracleNetsField, GradientOverridesField)
    copied_fields = COMMON_TARGET_FIELDS
    moved_fields = _ORACLE_FIELDS
    help = "Generates a `vjp_oracle` for each NetSpec."


def target_types():
    return [
        FdCheckTarget,
        FdChecksTargetGenerator,
        VjpOracleTarget,
        VjpOraclesTargetGenerator,
    ]
