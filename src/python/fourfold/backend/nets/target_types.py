from __future__ import annotations

from pants.backend.python.target_types import InterpreterConstraintsField, PythonResolveField
from pants.core.target_types import FileSourceField
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    MultipleSourcesField,
    Target,
    TargetFilesGenerator,
)

from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.prover.target_types import JudgedSourceField


class NetSpecSourceField(JudgedSourceField, FileSourceField):
    # A kind of file, so that a Python test that depends on it finds it at its path.
    expected_file_extensions = (".yaml", ".yml")


class NetSpecTarget(Target):
    alias = "netspec"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        NetSpecSourceField,
        NumericsDependenciesField,
        PythonResolveField,
        InterpreterConstraintsField,
    )
    help = "A network, described in YAML. `run` prints it as a readable JAX program."


class NetSpecSourcesField(MultipleSourcesField):
    expected_file_extensions = (".yaml", ".yml")
    default = ("*.yaml",)


class NetSpecsTargetGenerator(TargetFilesGenerator):
    alias = "netspecs"
    generated_target_cls = NetSpecTarget
    core_fields = (*COMMON_TARGET_FIELDS, NetSpecSourcesField)
    copied_fields = COMMON_TARGET_FIELDS
    moved_fields = (NumericsDependenciesField, PythonResolveField, InterpreterConstraintsField)
    help = "Generates a `netspec` for each YAML file."


def target_types():
    return [NetSpecTarget, NetSpecsTargetGenerator]
