from __future__ import annotations

from pants.option.option_types import BoolOption, DictOption, SkipOption, StrOption
from pants.option.subsystem import Subsystem
from pants.util.strutil import softwrap

from fourfold.backend.traces.corners import CORNERS


class TracesSubsystem(Subsystem):
    options_scope = "traces"
    name = "gpu_trace"
    help = "Training runs, recorded step by step and compared across compilers and devices."

    skip = SkipOption("test")
    full = BoolOption(
        default=False,
        help=softwrap(
            """
            Record the full training runs: the field `full` of a `gpu_trace` then replaces the
            fields it names. They have no time limit, and may take hours.
            """
        ),
    )
    data_folder = StrOption(
        default=None,
        help=softwrap(
            """
            Folder with the files of the data set, for traces whose `data_hash` says which files
            those must be. The hash is part of their cache key.
            """
        ),
    )
    recorder = StrOption(
        default="numerics.traces.record",
        help="The Python module that records a trace, in the resolve of the target.",
    )
    pipelines = DictOption[str](
        default={name: f"numerics.traces.session_{name}" for name in ("iree", "jax", "xla")},
        help=softwrap(
            """
            First word of a corner's name -> the Python module that the recorder loads for it. A
            change of one re-records the traces of its corners alone.
            """
        ),
    )
    resolves = DictOption[str](
        help=softwrap(
            """
            Corner -> the resolve that has its packages, where that is not the resolve of the
            code, such as one with JAX's plugin for CUDA. Both should lock the same versions.
            """
        ),
    )
    probe = StrOption(
        default="numerics.corners.probe",
        help=softwrap(
            """
            The Python module that finds the device, driver and compiler versions of a corner that
            needs a GPU. They are part of the cache key of its traces.
            """
        ),
    )
    differ = StrOption(
        default="numerics.traces.diff",
        help="The Python module that compares a trace with a recorded baseline.",
    )
    comparer = StrOption(
        default="numerics.traces.compare",
        help="The Python module that compares traces pairwise.",
    )

    def recording_modules(self, corner: str) -> tuple[str, ...]:
        """What runs to record a trace of `corner`."""
        pipeline = self.pipelines.get(corner.partition("-")[0])
        return (
            self.recorder,
            *((pipeline,) if pipeline else ()),
            *((self.probe,) if CORNERS.get(corner) else ()),
        )


class TraceComparisonsSubsystem(Subsystem):
    options_scope = "trace-comparisons"
    name = "trace_comparison"
    help = "Traces of one net from several corners, compared pairwise."

    skip = SkipOption("test")
