from __future__ import annotations

from pants.option.option_types import BoolOption, SkipOption, StrOption
from pants.option.subsystem import Subsystem
from pants.util.strutil import softwrap


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
    recorder = StrOption(
        default="numerics.traces.record",
        help="The Python module that records a trace, in the resolve of the target.",
    )
    probe = StrOption(
        default="numerics.traces.probe",
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


class TraceComparisonsSubsystem(Subsystem):
    options_scope = "trace-comparisons"
    name = "trace_comparison"
    help = "Traces of one net from several corners, compared pairwise."

    skip = SkipOption("test")
