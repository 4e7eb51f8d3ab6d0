"""Reads a trace, and rejects one with any fault: no number is compared that is not certain."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from numerics.corners.names import TRAINED
from numerics.traces.config import Config, ConfigError, from_json
from numerics.traces.schedule import learning_rate
from numerics.traces.trace import (
    FINAL_KEYS,
    FLOATS,
    FORMAT,
    HEADER_KEYS,
    HELD_OUT_KEYS,
    STEP_KEYS,
    Environment,
    Header,
    HeldOut,
    Step,
    Trace,
)


class TraceError(ValueError):
    """A trace is damaged or malformed; the message gives the file, the line and the reason."""


def read(path: str | Path) -> Trace:
    """Raises TraceError; OSError if the file cannot be read."""
    return parse(Path(path).read_bytes(), str(path))


def parse(content: bytes, source: str) -> Trace:
    """Like `read`; `source` begins every message."""
    lines = lines_of(content, source)
    header = _Line(source, *lines[0]).header()
    steps: list[Step] = []
    held_out: HeldOut | None = None
    complete = False
    for number, text in lines[1:]:
        line = _Line(source, number, text)
        if complete:
            line.fail("follows the final record, which must be the last line")
        if line.record.get("kind") == "final":
            held_out = line.final(header, len(steps))
            complete = True
        else:
            steps.append(line.step(header, len(steps) + 1))
    if not complete:
        raise TraceError(
            f"{source}:{len(lines)}: the trace ends after {len(steps)} of "
            f"{header.recorded_steps} steps without a final record: it is truncated; record again"
        )
    return Trace(header, tuple(steps), held_out)


def lines_of(content: bytes, source: str) -> list[tuple[int, str]]:
    """Numbered lines, at least one. Raises TraceError where the last one does not end."""
    if not content:
        raise TraceError(f"{source}:1: the file is empty; record again")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise TraceError(f"{source}:{number}: is not ASCII") from error
    if not text.endswith("\n"):
        raise TraceError(
            f"{source}:{text.count(chr(10)) + 1}: the last line has no end: the file is truncated; "
            "record again"
        )
    return list(enumerate(text[:-1].split("\n"), start=1))


def decode(text: str) -> dict[str, Any]:
    """One JSON object. Raises ValueError for other JSON, repeated keys, NaN and infinities."""
    record = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object")
    return record


class _Line:
    def __init__(self, source: str, number: int, text: str) -> None:
        self._place = f"{source}:{number}"
        try:
            self.record = decode(text)
        except ValueError as error:
            self.fail(f"is not a record: {error}")

    def fail(self, reason: str) -> NoReturn:
        raise TraceError(f"{self._place}: {reason}")

    def header(self) -> Header:
        self._kind("header")
        self._keys(self.record, HEADER_KEYS)
        if self.record["format"] != FORMAT:
            self.fail(f"'format' is {self.record['format']!r}; this reader knows {FORMAT}")
        try:
            config = from_json(self.record["config"])
        except ConfigError as error:
            self.fail(f"'config': {error}")
        for key in ("netspec_hash", "parameters_hash", "data_hash"):
            self._hash(key)
        recorded = self._count("recorded_steps", 1)
        if recorded > config.steps:
            self.fail(f"'recorded_steps' is {recorded}, but the config has {config.steps} steps")
        corner = self._text("corner")
        if corner not in TRAINED:
            self.fail(f"'corner' is {corner!r}; known: {', '.join(TRAINED)}")
        return Header(
            netspec_name=self._text("netspec_name"),
            netspec_hash=self.record["netspec_hash"],
            parameters_hash=self.record["parameters_hash"],
            data_hash=self.record["data_hash"],
            total_params=self._count("total_params", 1),
            config=config,
            recorded_steps=recorded,
            corner=corner,
            environment=Environment(
                self._texts("device"),
                self._text("driver"),
                self._texts("compiler"),
                self._texts("versions"),
            ),
        )

    def step(self, header: Header, expected: int) -> Step:
        self._kind("step")
        self._keys(self.record, STEP_KEYS, optional=("wall_ms",))
        config = header.config
        number = self._count("step", 1)
        if number != expected:
            self.fail(f"step is {number}; {expected} must come here, each once and in order")
        if number > header.recorded_steps:
            self.fail(f"step {number} is beyond the {header.recorded_steps} that the header says")
        epoch = self._count("epoch", 0)
        if epoch != (number - 1) // config.epoch_steps:
            self.fail(
                f"'epoch' is {epoch}; with {config.epoch_steps} steps per epoch step {number} is "
                f"in epoch {(number - 1) // config.epoch_steps}"
            )
        values = {name: self._float32(name) for name in FLOATS}
        self._check_rate(config, number, values["lr"])
        for name in ("grad_norm", "param_norm"):
            if values[name] < 0:
                self.fail(f"'{name}' is {values[name]}; a norm is not negative")
        wall = self.record.get("wall_ms")
        if wall is not None and not (_is_number(wall) and 0 <= wall):
            self.fail(f"'wall_ms' is {wall!r}; it must be a finite number, 0 or more")
        return Step(number, epoch, **values, wall_ms=wall)

    def final(self, header: Header, steps: int) -> HeldOut | None:
        self._keys(self.record, FINAL_KEYS)
        said = self._count("steps", 1)
        if not said == steps == header.recorded_steps:
            self.fail(
                f"'steps' is {said}, the header says {header.recorded_steps}, and {steps} step "
                "records are here; record again"
            )
        content = self.record["held_out"]
        if content is None:
            if steps == header.config.steps:
                self.fail("'held_out' is null, which only a run cut short may have")
            return None
        if steps < header.config.steps:
            self.fail(f"'held_out' must be null: {steps} of {header.config.steps} steps were run")
        if not isinstance(content, dict):
            self.fail(f"'held_out' is {content!r}; it must be an object or null")
        self._keys(content, HELD_OUT_KEYS)
        examples, correct = self._count("examples", 1, content), self._count("correct", 0, content)
        if correct > examples:
            self.fail(f"'correct' is {correct} of {examples} examples")
        found = HeldOut(examples, correct, self._float("loss", content))
        if content["accuracy"] != found.accuracy:
            self.fail(
                f"'accuracy' is {content['accuracy']!r}; {correct} of {examples} is "
                f"{found.accuracy}"
            )
        return found

    def _kind(self, expected: str) -> None:
        if self.record.get("kind") != expected:
            self.fail(f"'kind' is {self.record.get('kind')!r}; a {expected} record must come here")

    def _keys(
        self, record: Mapping[str, Any], needed: Iterable[str], optional: tuple[str, ...] = ()
    ) -> None:
        known = tuple(needed)
        for key in known:
            if key not in record:
                self.fail(f"missing key {key!r}")
        for key in record:
            if key not in known + optional:
                self.fail(f"unknown key {key!r}")

    def _count(self, key: str, least: int, record: Mapping[str, Any] | None = None) -> int:
        value = (self.record if record is None else record)[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.fail(f"{key!r} is {value!r}; it must be an integer, {least} or more")
        return value

    def _text(self, key: str) -> str:
        value = self.record[key]
        if not isinstance(value, str) or not value:
            self.fail(f"{key!r} is {value!r}; it must be text that is not empty")
        return value

    def _texts(self, key: str) -> dict[str, str]:
        value = self.record[key]
        if (
            not isinstance(value, dict)
            or not value
            or not all(isinstance(text, str) for text in value.values())
        ):
            self.fail(f"{key!r} is {value!r}; it must be an object of texts that is not empty")
        return value

    def _hash(self, key: str) -> None:
        value = self.record[key]
        if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
            self.fail(f"{key!r} is {value!r}; it must be a SHA-256, 64 hexadecimal digits")

    def _float(self, key: str, record: Mapping[str, Any]) -> float:
        value, text = record[key], record[f"{key}_hex"]
        if not _is_number(value):
            self.fail(f"{key!r} is {value!r}; it must be a finite number")
        try:
            exact = float.fromhex(text)
        except (TypeError, ValueError, OverflowError):
            self.fail(f"'{key}_hex' is {text!r}; it must be a hexadecimal float")
        if not math.isfinite(exact) or exact != value:
            self.fail(f"{key!r} is {value!r}, but '{key}_hex' is {text}, which is {exact!r}")
        return float(value)

    def _float32(self, key: str) -> float:
        value = self._float(key, self.record)
        try:
            rounded = struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            rounded = math.inf
        if rounded != value:
            self.fail(f"{key!r} is {value!r}, which no float32 is")
        return value

    def _check_rate(self, config: Config, number: int, found: float) -> None:
        expected = float(learning_rate(config, number))
        if found != expected:
            self.fail(f"'lr' is {found!r}; the config's schedule gives {expected!r} at this step")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise ValueError(f"key {key!r} is given twice")
        record[key] = value
    return record


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}; every number must be finite")
