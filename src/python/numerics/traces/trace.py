"""The records of a training trace and how they are written. `traces/FORMAT.md` is the manual.

A trace is JSON Lines: one header, one record per step, one final record. It holds no times and no
paths, so that a corner which computes the same bits writes the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from numerics.corners.corner import Environment
from numerics.traces.config import Config

FORMAT = 1


@dataclass(frozen=True)
class Header:
    """`recorded_steps` is `config.steps`, or less for a corner too slow for the whole run."""

    netspec_name: str
    netspec_hash: str
    parameters_hash: str
    data_hash: str
    total_params: int
    config: Config
    recorded_steps: int
    corner: str
    environment: Environment

    def identity(self) -> dict[str, Any]:
        """What two traces must share to be traces of one run."""
        return {
            "netspec_name": self.netspec_name,
            "netspec_hash": self.netspec_hash,
            "parameters_hash": self.parameters_hash,
            "data_hash": self.data_hash,
            "total_params": self.total_params,
            "config": self.config.as_json(),
        }


@dataclass(frozen=True)
class Step:
    """`step` counts from 1, `epoch` from 0. The other numbers are float32, held as float; loss and
    norms are of the parameters before the step.
    """

    step: int
    epoch: int
    loss: float
    lr: float
    grad_norm: float
    param_norm: float
    wall_ms: float | None = None


@dataclass(frozen=True)
class HeldOut:
    """Of the parameters after the last step. `loss` is the mean of the batches' losses, float64."""

    examples: int
    correct: int
    loss: float

    @property
    def accuracy(self) -> float:
        return self.correct / self.examples


@dataclass(frozen=True)
class Trace:
    """`held_out` is None exactly where fewer steps were recorded than the run has."""

    header: Header
    steps: tuple[Step, ...]
    held_out: HeldOut | None


HEADER_KEYS = (
    "kind",
    "format",
    *(field.name for field in fields(Header) if field.name != "environment"),
    *(field.name for field in fields(Environment)),
)
FLOATS = ("loss", "lr", "grad_norm", "param_norm")
STEP_KEYS = ("kind", "step", "epoch", *(key for name in FLOATS for key in (name, f"{name}_hex")))
FINAL_KEYS = ("kind", "steps", "held_out")
HELD_OUT_KEYS = ("examples", "correct", "accuracy", "loss", "loss_hex")


def header_line(header: Header) -> str:
    environment = header.environment
    return _line(
        {
            "kind": "header",
            "format": FORMAT,
            **header.identity(),
            "recorded_steps": header.recorded_steps,
            "corner": header.corner,
            "device": dict(environment.device),
            "driver": environment.driver,
            "compiler": dict(environment.compiler),
            "versions": dict(environment.versions),
        }
    )


def step_line(step: Step) -> str:
    record: dict[str, Any] = {"kind": "step", "step": step.step, "epoch": step.epoch}
    for name in FLOATS:
        record.update(_both(name, getattr(step, name)))
    if step.wall_ms is not None:
        record["wall_ms"] = step.wall_ms
    return _line(record)


def final_line(steps: int, held_out: HeldOut | None) -> str:
    content = None
    if held_out is not None:
        content = {
            "examples": held_out.examples,
            "correct": held_out.correct,
            "accuracy": held_out.accuracy,
            **_both("loss", held_out.loss),
        }
    return _line({"kind": "final", "steps": steps, "held_out": content})


def as_text(trace: Trace) -> str:
    return "".join(
        [
            header_line(trace.header),
            *map(step_line, trace.steps),
            final_line(len(trace.steps), trace.held_out),
        ]
    )


def _both(name: str, value: float) -> dict[str, Any]:
    """The decimal is the shortest that gives the same float64, so both say exactly the same."""
    return {name: value, f"{name}_hex": value.hex()}


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, allow_nan=False) + "\n"
