"""Trains a net in one corner and records the trace.

    python -m numerics.traces.record --net NET.yaml --config '{"batch": 128, ...}' --corner jax-cpu

Writes into `--out` trace.jsonl (`traces/FORMAT.md`), timing.json (times, which a trace never holds)
and report.json (the findings). Exit status: 0 recorded; 1 nothing was learned, or a number is not
finite; 2 a command line that makes no sense; 77 this machine has no such corner.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from numerics.corners.corner import CornerUnavailable
from numerics.corners.make import make_corner
from numerics.corners.names import TRAINED
from numerics.corners.probe import why_not
from numerics.findings import Findings
from numerics.nets import parameters
from numerics.nets.load import load
from numerics.nets.spec import NetSpec, NetSpecError
from numerics.traces import comparison, digits, mnist, reader, session, trace
from numerics.traces.config import Config, ConfigError, parse
from numerics.traces.dataset import Dataset
from numerics.traces.mnist import DataError
from numerics.traces.schedule import learning_rate
from numerics.traces.session import Session


class NotFinite(Exception):
    """Training gave a number that is not finite."""


@dataclass
class Timing:
    """Seconds. `recording` is what writing the records took, per step."""

    compiling: float = 0.0
    steps: list[float] = field(default_factory=list)
    recording: list[float] = field(default_factory=list)
    evaluating: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, record, report; the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        spec, config = load(options.net), parse(options.config)
        dataset = _dataset(config, options.data)
        dataset.check(config, spec)
    except (NetSpecError, ConfigError, DataError, OSError) as error:
        parser.error(str(error))
    steps = config.steps if options.record_steps is None else options.record_steps
    if not 1 <= steps <= config.steps:
        parser.error(f"--record-steps is {steps}; the config has {config.steps} steps")
    options.out.mkdir(parents=True, exist_ok=True)
    found = _findings(options.out, options.corner, spec, config, dataset, steps)
    found.write(options.out / "report.json")
    for message in found.messages:
        print(message, file=sys.stderr)
    return found.exit_status


def _findings(
    folder: Path, corner: str, spec: NetSpec, config: Config, dataset: Dataset, steps: int
) -> Findings:
    """Records into the folder, and says what came of it."""
    path, timing = folder / "trace.jsonl", Timing()
    try:
        with path.open("w", encoding="ascii", newline="\n") as out:
            record(out, timing, spec, config, dataset, steps, corner)
    except CornerUnavailable as error:
        path.unlink()
        evidence = {"corner": corner, "not_available": why_not(error)}
        return Findings(0, [f"{corner} is not available: {error}"], evidence, lacking=True)
    except NotFinite as error:
        return Findings(0, [str(error)], {"corner": corner})
    recorded = reader.read(path)
    (folder / "timing.json").write_text(json.dumps(_timing_json(timing), indent=1) + "\n")
    return Findings(
        len(recorded.steps),
        _nothing_learned(recorded),
        {"corner": corner, **_summary(recorded)},
    )


def record(
    out: TextIO,
    timing: Timing,
    spec: NetSpec,
    config: Config,
    dataset: Dataset,
    steps: int,
    corner_name: str,
) -> None:
    """Writes one trace. Raises CornerUnavailable before anything is written, and NotFinite."""
    corner = make_corner(corner_name)
    environment = corner.environment()
    values = parameters.initial(spec, config.seed)
    progress = _Progress(f"{spec.name} {corner_name}")
    progress.say("compiling", always=True)
    begin = time.perf_counter()
    running = session.start(corner_name, corner, spec, config, values)
    timing.compiling = time.perf_counter() - begin
    header = trace.Header(
        netspec_name=spec.name,
        netspec_hash=spec.sha256,
        parameters_hash=parameters.sha256(spec, values),
        data_hash=dataset.sha256,
        total_params=spec.parameter_count,
        config=config,
        recorded_steps=steps,
        corner=corner_name,
        environment=environment,
    )
    out.write(trace.header_line(header))
    for number in range(1, steps + 1):
        loss = _step(out, timing, running, config, dataset, number)
        progress.say(f"step {number} of {steps}, loss {loss:.6f}", always=number == steps)
    begin = time.perf_counter()
    held_out = evaluate(running, dataset, config.batch) if steps == config.steps else None
    timing.evaluating = time.perf_counter() - begin
    out.write(trace.final_line(steps, held_out))


def evaluate(running: Session, dataset: Dataset, batch: int) -> trace.HeldOut:
    """Over all held-out batches. Raises NotFinite."""
    losses, right = [], 0
    for images, labels in dataset.held_out(batch):
        loss, correct = running.evaluate((images, labels))
        losses.append(_finite("held-out loss", loss))
        right += correct
    return trace.HeldOut(batch * len(losses), right, sum(losses) / len(losses))


def _step(
    out: TextIO, timing: Timing, running: Session, config: Config, dataset: Dataset, number: int
) -> float:
    lr = learning_rate(config, number)
    batch = dataset.batch(config, number)
    begin = time.perf_counter()
    loss, grad_norm, param_norm = running.step(number, batch, lr)
    computed = time.perf_counter()
    where = f"at step {number}"
    taken = trace.Step(
        step=number,
        epoch=(number - 1) // config.epoch_steps,
        loss=_finite(f"loss {where}", loss),
        lr=float(lr),
        grad_norm=_finite(f"gradient norm {where}", grad_norm),
        param_norm=_finite(f"parameter norm {where}", param_norm),
    )
    out.write(trace.step_line(taken))
    timing.steps.append(computed - begin)
    timing.recording.append(time.perf_counter() - computed)
    return loss


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise NotFinite(f"{name} is {value}; lower the learning rate, or look for the step before")
    return value


def _dataset(config: Config, folder: Path | None) -> Dataset:
    if config.data != "mnist":
        return digits.synthetic_digits()
    if folder is None or config.data_hash is None:
        raise DataError("data 'mnist' needs --data, the folder with its four files")
    return mnist.load(folder, config.data_hash)


def _nothing_learned(recorded: trace.Trace) -> list[str]:
    nothing = comparison.shows_nothing(recorded)
    if not nothing:
        return []
    return [
        f"{nothing}: nothing is learned, and a comparison would be one of constants; change the "
        "net, or raise the learning rate"
    ]


def _summary(recorded: trace.Trace) -> dict[str, Any]:
    held_out = recorded.held_out
    return {
        "netspec_name": recorded.header.netspec_name,
        "netspec_hash": recorded.header.netspec_hash,
        "steps": len(recorded.steps),
        "first_loss": recorded.steps[0].loss,
        "final_loss": recorded.steps[-1].loss,
        "held_out_accuracy": held_out.accuracy if held_out else None,
        "held_out_loss": held_out.loss if held_out else None,
    }


def _timing_json(timing: Timing) -> dict[str, Any]:
    total, recording = sum(timing.steps), sum(timing.recording)
    return {
        "compile_s": round(timing.compiling, 3),
        "evaluate_s": round(timing.evaluating, 3),
        # The median leaves out what compiles in the first step.
        "steps_per_second": round(1 / statistics.median(timing.steps), 3),
        "recording_share": round(recording / (total + recording), 5),
        "step_ms": [round(1e3 * seconds, 3) for seconds in timing.steps],
    }


class _Progress:
    """Lines on stderr, at most one a second."""

    def __init__(self, title: str) -> None:
        self._title, self._last = title, -math.inf

    def say(self, text: str, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - self._last >= 1:
            self._last = now
            print(f"{self._title}: {text}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="record", description="Record a training trace.")
    parser.add_argument("--net", required=True, type=Path, help="NetSpec, YAML")
    parser.add_argument("--config", required=True, help="JSON object, every key of FORMAT.md")
    parser.add_argument("--corner", required=True, choices=TRAINED)
    parser.add_argument(
        "--record-steps",
        type=int,
        help="stop after this many steps of the config's; no evaluation then (default: all)",
    )
    parser.add_argument("--data", type=Path, help="folder with MNIST's files")
    parser.add_argument("--out", type=Path, default=Path("__report"), help="(%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
