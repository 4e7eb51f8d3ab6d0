from __future__ import annotations

from typing import Any, Mapping, Optional, Type, Union

from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.core.goals.test import TestTimeoutField
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    Field,
    FloatField,
    IntField,
    InvalidFieldException,
    OverridesField,
    SpecialCasedDependencies,
    StringField,
    StringSequenceField,
    Target,
    TargetGenerator,
    ValidNumbers,
)
from pants.util.frozendict import FrozenDict
from pants.util.strutil import softwrap

from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.backend.traces.corners import CORNERS
from fourfold.engine import EnvironmentField
from fourfold.prover.target_types import GeneratorProblemsField, JudgedField


class TraceTimeoutField(JudgedField, TestTimeoutField):
    default = 900
    help = softwrap(
        """
        Seconds that the recording may take. The time limit is part of the cache key: keep it the
        same on all machines. Full runs (`[traces].full`) have none.
        """
    )


class TraceDependenciesField(NumericsDependenciesField):
    pass


class TraceNetField(JudgedField, StringField):
    alias = "net"
    required = True
    value: str
    help = softwrap(
        """
        Path of the NetSpec from the root of the repository, for example
        `traces/nets/mnist_mlp.yaml`. A `netspec` target must own it.
        """
    )


class TraceCornerField(JudgedField, StringField):
    alias = "corner"
    required = True
    value: str
    valid_choices = tuple(CORNERS)
    help = "The compiler and device that the net is trained with."


class TraceOptimizerField(JudgedField, StringField):
    alias = "optimizer"
    default = "adam"
    value: str
    help = "The optimizer, a choice of the recorder's."


class TraceRateField(JudgedField, FloatField):
    alias = "learning_rate"
    default = 1e-3
    valid_numbers = ValidNumbers.positive_only
    help = "Learning rate at the top of the schedule."


class TraceDecayField(JudgedField, FloatField):
    alias = "weight_decay"
    default = 0.0
    valid_numbers = ValidNumbers.positive_and_zero
    help = "Decoupled weight decay: each step takes this part, times the rate, off the weights."


class TraceScheduleField(JudgedField, StringField):
    alias = "schedule"
    default = "constant"
    value: str
    help = "How the learning rate changes after the warm-up, a choice of the recorder's."


class TraceWarmupField(JudgedField, IntField):
    alias = "warmup_steps"
    default = 0
    valid_numbers = ValidNumbers.positive_and_zero
    help = "Steps over which the learning rate rises linearly from zero."


class TraceStepsField(JudgedField, IntField):
    alias = "steps"
    required = True
    valid_numbers = ValidNumbers.positive_only
    help = "Optimizer steps of the training run, over which the schedule goes."


class TraceRecordStepsField(JudgedField, IntField):
    alias = "record_steps"
    valid_numbers = ValidNumbers.positive_only
    help = softwrap(
        """
        Record only the first of the `steps`, and leave out the evaluation at the end. Full runs
        (`[traces].full`) record all.
        """
    )


class TraceEpochStepsField(JudgedField, IntField):
    alias = "epoch_steps"
    valid_numbers = ValidNumbers.positive_only
    help = "Steps of an epoch, over which means are compared. By default, all of `steps`."


class TraceBatchField(JudgedField, IntField):
    alias = "batch"
    required = True
    valid_numbers = ValidNumbers.positive_only
    help = "Examples in a batch."


class TraceSeedField(JudgedField, IntField):
    alias = "seed"
    default = 0
    valid_numbers = ValidNumbers.positive_and_zero
    help = "Seed of the parameters and the data."


class TraceDataField(JudgedField, StringField):
    alias = "data"
    default = "synthetic-digits"
    value: str
    help = "The data to train on, a choice of the recorder's."


class TraceDataHashField(JudgedField, StringField):
    alias = "data_hash"
    help = "SHA-256 of the data, where it is not made by the recorder."


# Each is an entry of the training configuration, under the name of the field.
CONFIG_FIELDS: tuple[Type[Field], ...] = (
    TraceOptimizerField,
    TraceRateField,
    TraceDecayField,
    TraceScheduleField,
    TraceWarmupField,
    TraceStepsField,
    TraceEpochStepsField,
    TraceBatchField,
    TraceSeedField,
    TraceDataField,
    TraceDataHashField,
)


class TraceBaselineField(JudgedField, StringField):
    alias = "baseline"
    help = softwrap(
        """
        Path, from the root of the repository, of a trace that the new one must agree with. A
        target must own it, such as `files`.
        """
    )


class TraceBaselineModeField(JudgedField, StringField):
    alias = "baseline_mode"
    default = "strict"
    value: str
    valid_choices = ("strict", "cross-gpu", "cross-comp")
    help = "How far the trace may be from the baseline (traces/FORMAT.md has the bounds)."


# `help` evaluates the types of raw values, on CPython 3.9: hence Optional.
class TraceFullField(JudgedField, Field):
    alias = "full"
    default = FrozenDict()
    value: FrozenDict[str, Union[int, float, str]]
    help = softwrap(
        """
        Fields of the training configuration, and `baseline`, as they are in a full run
        (`[traces].full`), for example `full={"steps": 5616}`. A full run is compared with no
        baseline unless this names one.
        """
    )

    @classmethod
    def compute_value(
        cls, raw_value: Optional[Mapping[str, Any]], address: Address
    ) -> FrozenDict[str, Any]:
        value = super().compute_value(raw_value, address)
        known = (*(field.alias for field in CONFIG_FIELDS), TraceBaselineField.alias)
        if not isinstance(value, Mapping):
            raise InvalidFieldException(f"The field `full` of {address} must be a dictionary.")
        unknown = [repr(name) for name in value if name not in known]
        if unknown:
            raise InvalidFieldException(
                f"The field `full` of {address} names {', '.join(unknown)}, but can name only "
                f"{', '.join(known)}."
            )
        others = [f"{k}={v!r}" for k, v in value.items() if not isinstance(v, (int, float, str))]
        if others:
            raise InvalidFieldException(
                f"The field `full` of {address} has {', '.join(others)}; its values must be "
                "numbers and texts."
            )
        return FrozenDict(value)


_TRACE_FIELDS = (
    *CONFIG_FIELDS,
    TraceRecordStepsField,
    TraceFullField,
    TraceBaselineModeField,
    TraceDependenciesField,
    TraceTimeoutField,
    PythonResolveField,
)


class GpuTraceTarget(Target):
    alias = "gpu_trace"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        TraceNetField,
        TraceCornerField,
        TraceBaselineField,
        GeneratorProblemsField,
        EnvironmentField,
        *_TRACE_FIELDS,
    )
    help = softwrap(
        """
        A training run of a net with one compiler and device, recorded step by step. `test`
        records it, and compares it with a baseline where there is one. Where the device is not
        there, it is `not-available`. `trace_comparison` compares several.
        """
    )


class TraceCornersField(JudgedField, StringSequenceField):
    alias = "corners"
    default = tuple(CORNERS)
    value: tuple[str, ...]
    help = "The corners to generate a `gpu_trace` for. By default, all."


class TraceBaselinesField(JudgedField, StringField):
    alias = "baselines"
    help = softwrap(
        """
        Folder, from the root of the repository, of baselines: `<name>_<corner>.jsonl` becomes the
        `baseline` of the corner, if it is there.
        """
    )


class TraceGpuEnvironmentField(JudgedField, StringField):
    alias = "gpu_environment"
    help = softwrap(
        """
        Name, in `[environments-preview].names`, of the environment that the corners which need a
        GPU are recorded in. By default, they are recorded on this machine.
        """
    )


class TraceOverridesField(JudgedField, OverridesField):
    help = softwrap(
        """
        Corner -> fields that differ for it, for example
        `overrides={"iree-vmvx": {"timeout": 1800}}`.
        """
    )


class GpuTracesTargetGenerator(TargetGenerator):
    alias = "gpu_traces"
    generated_target_cls = GpuTraceTarget
    core_fields = (
        *COMMON_TARGET_FIELDS,
        TraceNetField,
        TraceCornersField,
        TraceBaselinesField,
        TraceGpuEnvironmentField,
        TraceOverridesField,
    )
    copied_fields = (*COMMON_TARGET_FIELDS, TraceNetField)
    moved_fields = _TRACE_FIELDS
    help = "Generates a `gpu_trace` for each corner."


class ComparedTracesField(SpecialCasedDependencies):
    alias = "traces"
    required = True
    help = "Addresses of the `gpu_trace` and `gpu_traces` targets to compare."


class ComparisonBoundsField(JudgedField, Field):
    alias = "bounds"
    required = True
    value: FrozenDict[str, FrozenDict[str, Any]]
    help = softwrap(
        """
        The largest accepted differences, for all traces (`"default"`), for those of one
        `gpu_traces` target (`"mlp"`), and for a pair (`"mlp/jax-cpu, mlp/xla-cpu"`), which needs
        an `explain`; traces/FORMAT.md lists them.
        """
    )

    @classmethod
    def compute_value(
        cls, raw_value: Optional[Mapping[str, Any]], address: Address
    ) -> FrozenDict[str, FrozenDict[str, Any]]:
        value = super().compute_value(raw_value, address)
        if not isinstance(value, Mapping) or not all(
            isinstance(bounds, Mapping) for bounds in value.values()
        ):
            raise InvalidFieldException(
                f"The field `bounds` of {address} must be a dictionary of dictionaries, such as "
                '`{"default": {"step1": 1e-5}}`.'
            )
        return FrozenDict.deep_freeze(value)


class TraceComparisonTarget(Target):
    alias = "trace_comparison"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        ComparedTracesField,
        ComparisonBoundsField,
        TraceDependenciesField,
        TraceTimeoutField,
        PythonResolveField,
    )
    help = softwrap(
        """
        Compares the traces of each `gpu_traces` target, pair by pair, each pair within its bounds.
        `run` also writes the traces, the table and plots to `dist/traces/<name>/`.
        """
    )


def target_types():
    return [GpuTraceTarget, GpuTracesTargetGenerator, TraceComparisonTarget]
