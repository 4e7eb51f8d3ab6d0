"""The older form of a training trace: one header, then one record per step, and nothing after.

    {"kind": "header", "phase": "phase2", "netspec_name": ..., "netspec_hash": ..., "config": {},
     "total_params": ..., "dataset": ..., "emitter_version": "1"}
    {"kind": "step", "step": 1, "epoch": 0, "loss": ..., "lr": ...,
     [and grad_norm, param_norm, wall_ms]}

It has no hexadecimal numbers, no hashes of parameters and data, and no end, so that a lost tail is
not seen. What a file lacks of what would identify its run is listed, not forgiven.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NoReturn

from numerics.traces.reader import TraceError, decode, lines_of

IDENTITY = ("netspec_name", "netspec_hash", "config", "total_params", "dataset")
CONFIG_KEYS = (
    "lr", "batch_size", "epochs", "use_adam", "weight_decay", "cosine", "warmup_epochs", "augment",
    "label_smoothing", "seed",
)  # fmt: skip
NEVER_HELD = ("a hash of the initial parameters", "a hash of the data", "a final record")


@dataclass(frozen=True)
class Record:
    """One step. Norms and times are not kept: they are never compared."""

    step: int
    epoch: int
    loss: float
    lr: float


@dataclass(frozen=True)
class OlderTrace:
    """`identity` has the fields of IDENTITY that are there; `lacks` names what is not."""

    identity: dict[str, Any]
    steps: tuple[Record, ...]
    lacks: tuple[str, ...]


def parse(content: bytes, source: str) -> OlderTrace:
    """Raises TraceError."""
    lines = lines_of(content, source)
    header = _record(source, *lines[0])
    if header.get("kind") != "header":
        _fail(source, 1, f"'kind' is {header.get('kind')!r}; a header must come first")
    steps: list[Record] = []
    for number, text in lines[1:]:
        steps.append(_step(source, number, _record(source, number, text), len(steps) + 1))
    if not steps:
        _fail(source, len(lines), "the trace has no step")
    identity = {key: header[key] for key in IDENTITY if key in header}
    if not identity:
        _fail(source, 1, f"nothing says of which run it is: it has none of {', '.join(IDENTITY)}")
    lacks = [key for key in IDENTITY if key not in header]
    config = header.get("config")
    if isinstance(config, dict):
        lacks += [f"config.{key}" for key in CONFIG_KEYS if key not in config]
    return OlderTrace(identity, tuple(steps), (*lacks, *NEVER_HELD))


def _record(source: str, number: int, text: str) -> dict[str, Any]:
    try:
        return decode(text)
    except ValueError as error:
        _fail(source, number, f"is not a record: {error}")


def _step(source: str, number: int, record: dict[str, Any], expected: int) -> Record:
    if record.get("kind") != "step":
        _fail(source, number, f"'kind' is {record.get('kind')!r}; a step must come here")
    for key in ("step", "epoch", "loss", "lr"):
        value = record.get(key)
        wanted = int if key in ("step", "epoch") else (int, float)
        if not isinstance(value, wanted) or isinstance(value, bool) or not math.isfinite(value):
            _fail(source, number, f"{key!r} is {value!r}; it must be a finite number")
    if record["step"] != expected:
        _fail(source, number, f"step is {record['step']}; {expected} must come here")
    return Record(record["step"], record["epoch"], float(record["loss"]), float(record["lr"]))


def _fail(source: str, number: int, reason: str) -> NoReturn:
    raise TraceError(f"{source}:{number}: {reason}")
